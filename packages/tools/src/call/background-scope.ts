import type { Logger } from '@chela/observability';

/** Owner of work that goes on after the call that started it. */
export interface BackgroundScope {
  /** Starts a task; its failure is logged. The signal fires when the scope closes. */
  run(task: (signal: AbortSignal) => Promise<void>): void;
  /** Tells every task to stop. Tasks that wait for a turn of another session end with it. */
  close(): void;
}

export function createBackgroundScope(deps: { readonly logger: Logger }): BackgroundScope {
  const closing = new AbortController();
  return {
    run(task) {
      if (closing.signal.aborted) return;
      void task(closing.signal).catch((error: unknown) => {
        if (!closing.signal.aborted) deps.logger.error('background work of a tool failed', { error });
      });
    },
    close: () => closing.abort(),
  };
}
