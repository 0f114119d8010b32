import type { Clock } from '@chela/observability';
import type { Broadcast } from '../broadcast.ts';
import type { HealthMonitor } from '../health-monitor.ts';
import type { Presence } from '../presence.ts';

/** Departures that come together are told together: a thousand leaving clients are not a thousand lists for each other. */
const NOTICE_DELAY_MS = 50;

export interface PresenceNotices {
  /** Tells everybody who is here, soon. */
  announce(): void;
  close(): void;
}

export function createPresenceNotices(deps: {
  readonly clock: Clock;
  readonly broadcast: Broadcast;
  readonly presence: Presence;
  readonly health: HealthMonitor;
}): PresenceNotices {
  let cancel: (() => void) | undefined;

  function send(): void {
    cancel = undefined;
    const stateVersion = { presence: deps.presence.version, health: deps.health.version };
    deps.broadcast.send('presence', { presence: deps.presence.list() }, { dropIfSlow: true, stateVersion });
  }

  return {
    announce() {
      cancel ??= deps.clock.after(NOTICE_DELAY_MS, send);
    },
    close() {
      cancel?.();
      cancel = undefined;
    },
  };
}
