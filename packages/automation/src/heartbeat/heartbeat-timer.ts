import type { Clock } from '@chela/observability';

export interface HeartbeatTimer {
  start(): void;
  /** The intervals may have changed. */
  follow(): void;
  stop(): void;
}

/** Timers take at most this; a longer interval is waited for in pieces. */
const MAX_DELAY_MS = 60 * 60 * 1000;

/** Calls each agent's heartbeat at its interval. An interval counts from the start, or from the agent's last heartbeat. */
export function createHeartbeatTimer(deps: {
  readonly clock: Clock;
  readonly intervals: () => readonly { readonly agentId: string; readonly everyMs: number }[];
  readonly due: (agentId: string) => void;
}): HeartbeatTimer {
  const { clock } = deps;
  const lastAt = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let running = false;

  const arm = (): void => {
    cancel?.();
    cancel = undefined;
    const now = clock.now();
    const waits = deps.intervals().map(({ agentId, everyMs }) => lastOf(agentId, now) + everyMs - now);
    if (waits.length > 0) cancel = clock.after(Math.min(MAX_DELAY_MS, Math.max(0, Math.min(...waits))), look);
  };

  /** A clock that went back does not stretch an interval. */
  const lastOf = (agentId: string, now: number): number => {
    const last = Math.min(lastAt.get(agentId) ?? now, now);
    lastAt.set(agentId, last);
    return last;
  };

  const look = (): void => {
    const now = clock.now();
    for (const { agentId, everyMs } of deps.intervals()) {
      if (lastOf(agentId, now) + everyMs > now) continue;
      lastAt.set(agentId, now);
      deps.due(agentId);
    }
    arm();
  };

  return {
    start() {
      running = true;
      arm();
    },
    follow() {
      if (running) arm();
    },
    stop() {
      running = false;
      cancel?.();
    },
  };
}
