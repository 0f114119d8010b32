import type { Clock } from '@chela/observability';

/** A piece of a growing text and the whole of it so far. */
export interface TextPiece {
  readonly delta: string;
  readonly text: string;
}

/** Joins pieces that arrive within one tick, so that a frame carries what many small deltas would. */
export interface TextMerger {
  push(piece: TextPiece): void;
  /** Emits what waits, now. Call it before anything that must come after the text. */
  flush(): void;
  /** Forgets what waits. */
  discard(): void;
}

/** Text that one client may be sent of one run in a tick: longer answers are merged for longer. */
const CHARS_PER_TICK = 32_768;

/** How long text of a given length is merged: the tick, stretched so that repeating a long text costs a bounded rate. */
export function mergeWindowMs(tickMs: number, textLength: number): number {
  return tickMs * Math.max(1, textLength / CHARS_PER_TICK);
}

/** The first piece after a pause goes out at once; the next ones wait until the window since the last emission is over. */
export function createTextMerger(deps: {
  readonly clock: Clock;
  readonly tickMs: number;
  readonly emit: (piece: TextPiece) => void;
}): TextMerger {
  let waiting: TextPiece | undefined;
  let cancelTimer: (() => void) | undefined;
  let emittedAt = Number.NEGATIVE_INFINITY;

  const stopTimer = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
  };
  const flush = (): void => {
    stopTimer();
    if (waiting === undefined) return;
    const piece = waiting;
    waiting = undefined;
    emittedAt = deps.clock.now();
    deps.emit(piece);
  };
  return {
    push(piece) {
      if (startsAnew(piece)) flush();
      waiting = waiting === undefined ? piece : { delta: waiting.delta + piece.delta, text: piece.text };
      if (cancelTimer !== undefined) return;
      const wait = emittedAt + mergeWindowMs(deps.tickMs, piece.text.length) - deps.clock.now();
      if (wait <= 0) flush();
      else cancelTimer = deps.clock.after(wait, flush);
    },
    flush,
    discard() {
      stopTimer();
      waiting = undefined;
    },
  };
}

/** The first piece of another message: joining it to the one before would mix two texts. */
function startsAnew(piece: TextPiece): boolean {
  return piece.text.length === piece.delta.length;
}
