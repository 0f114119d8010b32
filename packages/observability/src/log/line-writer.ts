import type { Clock } from '../clock.ts';

/** Where lines end up. `append` resolves when the text is with the operating system. */
export interface LineSink {
  append(text: string): Promise<void>;
  /** For the last moments of a process, when nothing asynchronous runs any more. */
  appendSync(text: string): void;
  close(): Promise<void>;
}

export interface LineWriter {
  write(line: string): void;
  /** Waits until everything written so far is out, or until the sink has failed. */
  flush(): Promise<void>;
  flushSync(): void;
  close(): Promise<void>;
  /** Lines given up because the sink could not take them. */
  readonly dropped: number;
}

/** Lines wait this long for company, so that a burst is one write and start-up is not disturbed by the disk. */
const GATHER_MS = 25;
const RETRY_AFTER_FAILURE_MS = 2_000;
const MAX_BATCH_CHARS = 256 * 1024;
const MAX_PENDING_CHARS = 4 * 1024 * 1024;

/**
 * The only writer of a sink: one append at a time, in order, off the loop. A failing sink (full disk, closed pipe) keeps
 * the newest lines up to a bound and is tried again later; it never throws into the code that logs.
 */
export function createLineWriter(deps: {
  readonly sink: LineSink;
  readonly clock: Clock;
  /** Called when the sink begins to fail and, with undefined, when it works again. */
  readonly onState?: (problem: Error | undefined, dropped: number) => void;
}): LineWriter {
  const { sink, clock } = deps;
  let pending: string[] = [];
  let pendingChars = 0;
  let dropped = 0;
  let failing = false;
  let closed = false;
  let running: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;

  const schedule = (delayMs: number): void => {
    if (cancelTimer !== undefined || running !== undefined || closed) return;
    cancelTimer = clock.after(delayMs, () => {
      cancelTimer = undefined;
      void pump();
    });
  };

  const enforceBound = (): void => {
    while (pendingChars > MAX_PENDING_CHARS) {
      const oldest = pending.shift();
      if (oldest === undefined) return;
      pendingChars -= oldest.length;
      dropped += 1;
    }
  };

  const takeBatch = (): string[] => {
    let chars = 0;
    let count = 0;
    for (const line of pending) {
      if (count > 0 && chars + line.length > MAX_BATCH_CHARS) break;
      chars += line.length;
      count += 1;
    }
    pendingChars -= chars;
    return pending.splice(0, count);
  };

  const setState = (problem: Error | undefined): void => {
    const changed = failing !== (problem !== undefined);
    failing = problem !== undefined;
    if (changed) deps.onState?.(problem, dropped);
  };

  const drain = async (): Promise<void> => {
    while (pending.length > 0) {
      const batch = takeBatch();
      try {
        await sink.append(batch.join(''));
        setState(undefined);
      } catch (error) {
        pending = batch.concat(pending);
        pendingChars += batch.reduce((sum, line) => sum + line.length, 0);
        enforceBound();
        setState(error instanceof Error ? error : new Error(String(error)));
        return;
      }
    }
  };

  const pump = async (): Promise<void> => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (running === undefined) {
      running = drain().finally(() => {
        running = undefined;
        if (pending.length > 0) schedule(failing ? RETRY_AFTER_FAILURE_MS : GATHER_MS);
      });
    }
    await running;
  };

  const flushSync = (): void => {
    if (pending.length === 0) return;
    const text = pending.join('');
    pending = [];
    pendingChars = 0;
    try {
      sink.appendSync(text);
    } catch (error) {
      setState(error instanceof Error ? error : new Error(String(error)));
    }
  };

  return {
    write(line) {
      if (closed) return;
      pending.push(line);
      pendingChars += line.length;
      enforceBound();
      schedule(failing ? RETRY_AFTER_FAILURE_MS : GATHER_MS);
    },
    flush: pump,
    flushSync,
    async close() {
      if (closed) return;
      await pump();
      closed = true;
      cancelTimer?.();
      await sink.close();
    },
    get dropped() {
      return dropped;
    },
  };
}
