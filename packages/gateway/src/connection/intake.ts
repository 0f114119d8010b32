/**
 * Messages of one connection on their way to being handled: taken in order, a few a turn of the event loop, and only
 * while the connection has room. While anything waits here the socket is paused, so that what waits is at most what one
 * read of the socket brought; the rest stays in the kernel, and the sender notices.
 */
export interface Intake {
  add(message: string): void;
  /** Room may have changed: takes what may be taken, and pauses or resumes the socket. */
  review(): void;
  /** Drops what waits and takes nothing more. */
  close(): void;
}

export interface IntakeDeps {
  /** Handles a message; what it starts may go on for long. */
  take(message: string): void;
  hasRoom(): boolean;
  pause(): void;
  resume(): void;
}

/** A burst is spread over turns, so that others get their turn and answers are seen before more questions are taken. */
const MESSAGES_PER_TURN = 32;

export function createIntake(deps: IntakeDeps): Intake {
  let waiting: string[] = [];
  let left = MESSAGES_PER_TURN;
  let nextTurn: NodeJS.Immediate | undefined;
  let paused = false;
  let closed = false;

  function startTurn(): void {
    nextTurn = undefined;
    left = MESSAGES_PER_TURN;
    review();
  }

  function review(): void {
    let taken = 0;
    while (!closed && taken < waiting.length && left > 0 && deps.hasRoom()) {
      left -= 1;
      nextTurn ??= setImmediate(startTurn);
      const message = waiting[taken];
      taken += 1;
      if (message !== undefined) deps.take(message);
    }
    // Taking a message may have closed the intake, which empties it.
    if (!closed && taken > 0) waiting = waiting.slice(taken);
    balance();
  }

  function balance(): void {
    if (closed) return;
    const shouldPause = waiting.length > 0 || !deps.hasRoom();
    if (shouldPause === paused) return;
    paused = shouldPause;
    if (paused) deps.pause();
    else deps.resume();
  }

  return {
    add(message) {
      if (closed) return;
      waiting.push(message);
      review();
    },
    review,
    close() {
      closed = true;
      waiting = [];
      clearImmediate(nextTurn);
    },
  };
}
