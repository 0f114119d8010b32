import { readFile } from 'node:fs/promises';
import type { Clock } from '@chela/observability';
import { mainAgentDir } from '../auth/agent-dirs.ts';
import { authStorePath } from '../auth/store-file.ts';
import { type Environment, environmentKey } from '../catalog/environment-keys.ts';
import { filledString, finiteNumber, isObject, type JsonObject, objectOf, parseJson } from '../json-shape.ts';
import { normalizeProvider } from '../refs.ts';
import { readModelSettings } from '../settings.ts';
import type { ProviderQuota, QuotaCredential, QuotaReader, QuotaWire } from './quota.ts';
import { QUOTA_WIRES } from './quota-wires.ts';

export interface QuotaReaderDeps {
  readonly config: { current(): unknown };
  readonly stateDir: string;
  readonly env: Environment;
  readonly clock: Clock;
  /** The way to providers; the platform's `fetch` when absent. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const TIMEOUT_MS = 5_000;
const ERROR_STATUS_EXPIRED: ReadonlySet<number> = new Set([401, 403]);

/** Reads quotas with the credentials of the main agent, all providers at once. */
export function createQuotaReader(deps: QuotaReaderDeps): QuotaReader {
  const { clock, env, stateDir } = deps;
  const send = deps.fetch ?? ((url, init) => fetch(url, init));

  const ask = async (wire: QuotaWire, credential: QuotaCredential): Promise<ProviderQuota> => {
    const facts = { provider: wire.provider, displayName: wire.displayName };
    const request = wire.request?.(credential);
    if (request === undefined) return { ...facts, windows: [] };
    const { url, ...init } = request;
    try {
      const response = await send(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) {
        await response.body?.cancel();
        return { ...facts, windows: [], error: statusText(response.status) };
      }
      const answer: unknown = await response.json();
      return { ...facts, ...(wire.read?.(answer) ?? { windows: [] }) };
    } catch (error) {
      return { ...facts, windows: [], error: failureText(error) };
    }
  };

  return {
    async read() {
      const now = clock.now();
      const profiles = await storedProfiles(stateDir);
      const asked = QUOTA_WIRES.flatMap((wire) => {
        const credential = credentialFor(wire, { profiles, config: deps.config.current(), env, now });
        return credential === undefined ? [] : [ask(wire, credential)];
      });
      return { updatedAt: now, providers: await Promise.all(asked) };
    },
  };
}

async function storedProfiles(stateDir: string): Promise<readonly JsonObject[]> {
  const raw = await readFile(authStorePath(mainAgentDir(stateDir)), 'utf8').catch(() => '{}');
  return Object.values(objectOf(objectOf(parseJson(raw)).profiles)).filter(isObject);
}

/** A login that has not expired; for providers whose keys have quotas also a key. */
function credentialFor(
  wire: QuotaWire,
  from: {
    readonly profiles: readonly JsonObject[];
    readonly config: unknown;
    readonly env: Environment;
    readonly now: number;
  },
): QuotaCredential | undefined {
  const own = from.profiles.filter(({ provider }) => normalizeProvider(filledString(provider) ?? '') === wire.provider);
  const login = own.find(
    ({ type, expires }) => type !== 'api_key' && (finiteNumber(expires) ?? Number.POSITIVE_INFINITY) > from.now,
  );
  const secret = filledString(login?.access) ?? filledString(login?.token);
  if (secret !== undefined) {
    const accountId = filledString(login?.accountId);
    const projectId = filledString(login?.projectId);
    return { secret, ...(accountId !== undefined && { accountId }), ...(projectId !== undefined && { projectId }) };
  }
  if (wire.accepts === 'login') return undefined;
  const key =
    environmentKey(wire.provider, from.env)?.value ??
    readModelSettings(from.config).providers.find(({ id }) => normalizeProvider(id) === wire.provider)?.apiKey ??
    filledString(own.find(({ type }) => type === 'api_key')?.key);
  return key === undefined ? undefined : { secret: key };
}

function statusText(status: number): string {
  return ERROR_STATUS_EXPIRED.has(status) ? 'Token expired' : `HTTP ${status}`;
}

/** Never the vendor's own words: they may repeat what was sent. */
function failureText(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'Timeout';
  if (error instanceof SyntaxError) return 'Invalid answer';
  return error instanceof TypeError ? 'Not reachable' : String(error instanceof Error ? error.message : error);
}
