import type { Logger } from './logger.ts';

/** The owner of background work: whoever starts something asynchronous without awaiting it runs it here. */
export interface TaskScope {
  /**
   * Starts `task` now. A failure is logged with `name` and counted, never thrown. `signal` aborts when the scope
   * closes; a scope that is closing starts nothing.
   */
  run(name: string, task: (signal: AbortSignal) => Promise<unknown>): void;
  /** Tasks under way. */
  readonly active: number;
  /** Tasks that ended with an error since the start; those that ended because of closing are not counted. */
  readonly failures: number;
  /** Aborts the signal and waits for all tasks. Safe to call twice. */
  close(): Promise<void>;
}

export function createTaskScope(logger: Logger): TaskScope {
  const running = new Set<Promise<void>>();
  const abort = new AbortController();
  let failures = 0;

  const supervise = async (name: string, task: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    try {
      await task(abort.signal);
    } catch (error) {
      if (abort.signal.aborted && error === abort.signal.reason) return;
      failures += 1;
      logger.error(`background task failed: ${name}`, { error });
    }
  };

  return {
    run(name, task) {
      if (abort.signal.aborted) {
        logger.debug(`background task not started, the scope is closed: ${name}`);
        return;
      }
      const done = supervise(name, task).finally(() => running.delete(done));
      running.add(done);
    },
    get active() {
      return running.size;
    },
    get failures() {
      return failures;
    },
    async close() {
      abort.abort();
      await Promise.allSettled(running);
    },
  };
}
