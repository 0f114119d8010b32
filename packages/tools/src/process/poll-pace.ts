const STEPS_MS = [5000, 10_000, 30_000, 60_000] as const;

/** Suggests when to poll again: later and later while nothing comes (reference agent/tools.md §5). */
export interface PollPace {
  /** Milliseconds until the next poll of a command that is still running. */
  next(sessionId: string, hadOutput: boolean): number;
  forget(sessionId: string): void;
}

export function createPollPace(): PollPace {
  const emptyPolls = new Map<string, number>();
  return {
    next(sessionId, hadOutput) {
      const empty = hadOutput ? 0 : (emptyPolls.get(sessionId) ?? 0) + 1;
      emptyPolls.set(sessionId, empty);
      return STEPS_MS[Math.min(Math.max(0, empty - 1), STEPS_MS.length - 1)] ?? STEPS_MS[0];
    },
    forget: (sessionId) => void emptyPolls.delete(sessionId),
  };
}
