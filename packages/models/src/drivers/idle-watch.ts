import type { Clock } from '@chela/observability';

/** Notices when nothing happened for a while. `touch` is cheap enough for every chunk of a stream. */
export interface IdleWatch {
  touch(): void;
  expired(): boolean;
  stop(): void;
}

/** Starts watching; calls `onIdle` once, after `limitMs` without a touch. The caller must `stop` it. */
export function createIdleWatch(clock: Clock, limitMs: number, onIdle: () => void): IdleWatch {
  let lastMs = clock.now();
  let isExpired = false;
  // One timer is re-armed for what is left of the limit, instead of one timer a chunk.
  const check = (): void => {
    const leftMs = lastMs + limitMs - clock.now();
    if (leftMs > 0) {
      cancel = clock.after(leftMs, check);
      return;
    }
    isExpired = true;
    onIdle();
  };
  let cancel = clock.after(limitMs, check);
  return {
    touch() {
      lastMs = clock.now();
    },
    expired: () => isExpired,
    stop: () => cancel(),
  };
}
