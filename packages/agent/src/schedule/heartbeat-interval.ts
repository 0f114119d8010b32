import { parseDurationMs } from './duration.ts';

const DEFAULT_EVERY = '30m';

/** Milliseconds between heartbeats; undefined when they are switched off (reference agent/sessions.md §13). Plain numbers are minutes. */
export function heartbeatIntervalMs(every: string | undefined): number | undefined {
  const interval = parseDurationMs(every ?? DEFAULT_EVERY, 'm');
  return interval === undefined || interval <= 0 ? undefined : interval;
}
