import type { Clock } from '@chela/observability';
import type { HeartbeatAsk } from './heartbeat.ts';

/** Asks that come within this time are one. */
const COALESCE_MS = 250;
/** How soon a busy session is asked again (reference agent/sessions.md §13). */
const RETRY_MS = 1_000;

export interface WakeQueue {
  add(ask: HeartbeatAsk): void;
  stop(): void;
}

/**
 * Heartbeats that were asked for: one waiting ask an agent and session, one run at a time. Something that happened is a
 * stronger reason than the interval, and keeps its place.
 */
export function createWakeQueue(deps: {
  readonly clock: Clock;
  readonly run: (ask: HeartbeatAsk) => Promise<'done' | 'busy'>;
  readonly start: (task: () => Promise<void>) => void;
}): WakeQueue {
  const waiting = new Map<string, HeartbeatAsk>();
  let cancel: (() => void) | undefined;
  let running = false;
  let closed = false;

  const keyOf = ({ agentId = '', sessionKey = '' }: HeartbeatAsk): string => `${agentId} ${sessionKey}`;

  const put = (ask: HeartbeatAsk): void => {
    const before = waiting.get(keyOf(ask));
    if (before !== undefined && ask.reason === 'interval') return;
    waiting.set(keyOf(ask), ask);
  };

  const arm = (delayMs: number): void => {
    if (closed || running || cancel !== undefined) return;
    cancel = deps.clock.after(delayMs, () => {
      cancel = undefined;
      running = true;
      deps.start(round);
    });
  };

  const round = async (): Promise<void> => {
    const asks = [...waiting.values()];
    waiting.clear();
    let busy = false;
    try {
      for (const ask of asks) {
        if ((await deps.run(ask)) !== 'busy') continue;
        busy = true;
        if (!waiting.has(keyOf(ask))) waiting.set(keyOf(ask), ask);
      }
    } finally {
      running = false;
      if (waiting.size > 0) arm(busy ? RETRY_MS : COALESCE_MS);
    }
  };

  return {
    add(ask) {
      put(ask);
      arm(COALESCE_MS);
    },
    stop() {
      closed = true;
      cancel?.();
      waiting.clear();
    },
  };
}
