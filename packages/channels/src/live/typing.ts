import type { Clock } from '@chela/observability';

/** "Typing…" in a conversation (reference channels/framework.md §15): shown again and again while something goes on. */
export interface Typing {
  /** Something goes on that people should see. */
  start(): void;
  /** The run is alive. */
  touch(): void;
  stop(): void;
}

/** Without a sign of life for so long nobody is told any more that an answer comes. */
const IDLE_TTL_MS = 2 * 60_000;

export function createTyping(deps: {
  /** Tells the vendor; never throws. */
  readonly show: () => void;
  readonly everyMs: number;
  readonly clock: Clock;
}): Typing {
  const { clock, everyMs } = deps;
  let state: 'idle' | 'shown' | 'stopped' = 'idle';
  let aliveAt = clock.now();
  let cancel = (): void => {};

  function show(): void {
    if (clock.now() - aliveAt >= IDLE_TTL_MS) {
      state = 'idle';
      return;
    }
    deps.show();
    cancel = clock.after(everyMs, show);
  }

  return {
    start() {
      aliveAt = clock.now();
      if (state !== 'idle') return;
      state = 'shown';
      show();
    },
    touch() {
      aliveAt = clock.now();
    },
    stop() {
      state = 'stopped';
      cancel();
    },
  };
}
