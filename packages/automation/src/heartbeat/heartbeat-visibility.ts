import type { Config } from '@chela/config';
import { isRecord } from '../record.ts';

/** What is shown of a heartbeat on a channel. */
export interface HeartbeatVisibility {
  /** That all is well is said too. */
  readonly showOk: boolean;
  /** News are said. */
  readonly showAlerts: boolean;
  /** Events for status lights. */
  readonly useIndicator: boolean;
}

type Section = Readonly<Record<string, unknown>>;

/**
 * `heartbeat` of the account, else of the channel, else of `channels.defaults`, each of its members by itself (reference
 * channels/framework.md §23). `place` absent: nobody is written to, and the defaults hold. Pure.
 */
export function heartbeatVisibility(
  { channels }: Config,
  place: { readonly channel: string; readonly accountId?: string } | undefined,
): HeartbeatVisibility {
  const all = sectionOf(channels);
  const section = place === undefined ? {} : sectionOf(all[place.channel]);
  const accountId = place?.accountId?.trim().toLowerCase();
  const [, account] =
    Object.entries(sectionOf(section.accounts)).find(([id]) => id.trim().toLowerCase() === accountId) ?? [];
  const layers = [account, section, all.defaults].map((layer) => sectionOf(sectionOf(layer).heartbeat));
  const said = (key: keyof HeartbeatVisibility, byDefault: boolean): boolean =>
    layers.map((layer) => layer[key]).find((value) => typeof value === 'boolean') ?? byDefault;
  return {
    showOk: said('showOk', false),
    showAlerts: said('showAlerts', true),
    useIndicator: said('useIndicator', true),
  };
}

function sectionOf(value: unknown): Section {
  return isRecord(value) ? value : {};
}
