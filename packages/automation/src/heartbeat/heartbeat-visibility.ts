import type { Config } from '@chela/config';
import { isRecord } from '../record.ts';

type Section = Readonly<Record<string, unknown>>;

/** What people see of heartbeats (reference channels/framework.md §23). */
export interface HeartbeatVisibility {
  /** A heartbeat without news says so on its channel. */
  readonly showOk: boolean;
  /** News go to the channel. */
  readonly showAlerts: boolean;
  /** Events say how it went, for the lights of clients. */
  readonly useIndicator: boolean;
}

/**
 * The account's words, else its channel's, else those of all channels; the web chat, which is no channel, has those alone.
 * Pure.
 */
export function heartbeatVisibility(
  config: Config,
  channel: string | undefined,
  accountId: string | undefined,
): HeartbeatVisibility {
  const channels = sectionOf(config.channels);
  const section = channel === undefined ? {} : sectionOf(channels[channel]);
  const layers = [accountIn(section, accountId), section, sectionOf(channels.defaults)].map(({ heartbeat }) =>
    sectionOf(heartbeat),
  );
  const flag = (name: keyof HeartbeatVisibility, byDefault: boolean): boolean => {
    const value = layers.map((layer) => layer[name]).find((set) => typeof set === 'boolean');
    return typeof value === 'boolean' ? value : byDefault;
  };
  return {
    showOk: flag('showOk', false),
    showAlerts: flag('showAlerts', true),
    useIndicator: flag('useIndicator', true),
  };
}

/** Nobody could hear of it. */
export const isMuted = ({ showOk, showAlerts, useIndicator }: HeartbeatVisibility): boolean =>
  !showOk && !showAlerts && !useIndicator;

/** Keys of accounts are found in any case. */
function accountIn({ accounts }: Section, accountId: string | undefined): Section {
  const found = Object.entries(sectionOf(accounts)).find(([id]) => id.toLowerCase() === accountId?.toLowerCase());
  return sectionOf(found?.[1]);
}

function sectionOf(value: unknown): Section {
  return isRecord(value) ? value : {};
}
