/**
 * Who an address of the tailnet belongs to, asked of the local Tailscale daemon. Answers are kept for a minute and
 * failures for five seconds, so that a page with many requests asks once; concurrent questions share one call.
 */
import type { Clock } from '@chela/observability';
import { isRecord } from '../methods/record.ts';
import type { TailscaleCli } from './tailscale-cli.ts';

/** The login name behind an address; undefined when Tailscale does not know it. */
export type TailscaleWhois = (ip: string) => Promise<string | undefined>;

const KNOWN_FOR_MS = 60_000;
const UNKNOWN_FOR_MS = 5_000;
const ENTRIES_LIMIT = 256;

interface Entry {
  readonly login: Promise<string | undefined>;
  until: number;
}

export function createTailscaleWhois(deps: { readonly cli: TailscaleCli; readonly clock: Clock }): TailscaleWhois {
  const entries = new Map<string, Entry>();

  return (ip) => {
    const known = entries.get(ip);
    if (known && known.until > deps.clock.now()) return known.login;
    entries.delete(ip);
    const entry: Entry = { login: ask(deps.cli, ip), until: Number.POSITIVE_INFINITY };
    entries.set(ip, entry);
    const oldest = entries.keys().next().value;
    if (entries.size > ENTRIES_LIMIT && oldest !== undefined) entries.delete(oldest);
    return entry.login.then((login) => {
      entry.until = deps.clock.now() + (login === undefined ? UNKNOWN_FOR_MS : KNOWN_FOR_MS);
      return login;
    });
  };
}

/** Never rejects: a daemon that cannot be asked vouches for nobody. */
async function ask(cli: TailscaleCli, ip: string): Promise<string | undefined> {
  try {
    const answer: unknown = JSON.parse(await cli.run(['whois', '--json', ip]));
    const profile = isRecord(answer) ? answer.UserProfile : undefined;
    const login = isRecord(profile) ? profile.LoginName : undefined;
    return typeof login === 'string' && login.trim() !== '' ? login.trim() : undefined;
  } catch {
    return undefined;
  }
}
