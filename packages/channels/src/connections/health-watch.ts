import type { Config, ConfigService } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { AccountName } from '../kernel.ts';
import type { AccountView } from './account-runner.ts';

/**
 * Looks every few minutes whether accounts that should run do, and starts those anew that do not (reference
 * channels/framework.md §3). It is the second net: losses are mended by the supervisor itself.
 */

const MS_PER_MINUTE = 60_000;
const DEFAULT_MINUTES = 5;
const GRACE_MS = 60_000;
const COOLDOWN_CYCLES = 2;
const RESTARTS_PER_HOUR = 3;
const HOUR_MS = 60 * MS_PER_MINUTE;
/** From here on the pauses are so long that a fresh try is worth it. */
const GAVE_UP_FAILURES = 10;
/** How long a connection may look after its own broken transport. */
const STUCK_MS = 5 * MS_PER_MINUTE;

export type Sickness = 'stopped' | 'gave-up' | 'stuck';

/** Why an account is not well; undefined for one that is, or that waits for somebody. Pure. */
export function sicknessOf(view: AccountView, now: number): Sickness | undefined {
  const { state } = view;
  if (state.kind === 'idle') return 'stopped';
  if (state.kind === 'waiting') return view.failures >= GAVE_UP_FAILURES ? 'gave-up' : undefined;
  if (state.kind !== 'connected' || view.isTransportUp) return undefined;
  return now - (view.lastAliveAt ?? state.since) >= STUCK_MS ? 'stuck' : undefined;
}

export interface HealthWatch {
  close(): void;
}

export function createHealthWatch(deps: {
  readonly config: Pick<ConfigService, 'current'>;
  readonly views: () => readonly AccountView[];
  readonly restart: (account: AccountName) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}): HealthWatch {
  const { clock, logger } = deps;
  const everyMs = checkMinutes(deps.config.current()) * MS_PER_MINUTE;
  const restarts = new Map<string, readonly number[]>();
  let cancel: (() => void) | undefined;

  function look(): void {
    const now = clock.now();
    for (const view of deps.views()) {
      const sickness = sicknessOf(view, now);
      if (sickness === undefined) continue;
      const key = `${view.channel}/${view.accountId}`;
      const recent = (restarts.get(key) ?? []).filter((at) => now - at < HOUR_MS);
      const isCooling = recent.some((at) => now - at < COOLDOWN_CYCLES * everyMs);
      if (isCooling || recent.length >= RESTARTS_PER_HOUR) continue;
      restarts.set(key, [...recent, now]);
      logger.warn(`health-monitor: restarting ${key} (${sickness})`);
      deps.restart(view);
    }
    cancel = clock.after(everyMs, look);
  }

  if (everyMs > 0) {
    logger.info(`health-monitor started (interval: ${everyMs / 1_000}s, grace: ${GRACE_MS / 1_000}s)`);
    cancel = clock.after(Math.max(GRACE_MS, everyMs), look);
  }
  return { close: () => cancel?.() };
}

/** `gateway.channelHealthCheckMinutes`; 0 switches it off. Read once: a change needs a new start. */
function checkMinutes({ gateway }: Config): number {
  const minutes = gateway?.channelHealthCheckMinutes;
  return typeof minutes === 'number' && minutes >= 0 ? minutes : DEFAULT_MINUTES;
}
