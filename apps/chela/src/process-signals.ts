/** Signals of the process from the first moment on, whichever gateway generation runs (reference config/config.md §12). */
export interface ProcessSignals {
  /** Resolves with the first signal that asks the process to stop. */
  readonly stop: Promise<NodeJS.Signals>;
  /** Who hears of SIGUSR1 from now on; undefined ignores it, as during a start or a stop. */
  onRestart(listener: (() => void) | undefined): void;
  close(): void;
}

export function watchSignals(): ProcessSignals {
  const stop = Promise.withResolvers<NodeJS.Signals>();
  let listener: (() => void) | undefined;
  // Without a listener of ours Node would open its debugger on SIGUSR1.
  const restart = (): void => listener?.();
  process.on('SIGTERM', stop.resolve);
  process.on('SIGINT', stop.resolve);
  process.on('SIGUSR1', restart);
  return {
    stop: stop.promise,
    onRestart(next) {
      listener = next;
    },
    close() {
      process.off('SIGTERM', stop.resolve);
      process.off('SIGINT', stop.resolve);
      process.off('SIGUSR1', restart);
    },
  };
}
