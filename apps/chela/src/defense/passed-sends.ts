/**
 * Messages that a tool call was allowed to send and that have not been sent yet, so that they are judged once, not again
 * on their way out. A call passes for the texts it was judged with, each once.
 */
export interface PassedSends {
  /** A tool call was allowed with these texts. */
  note(callId: string, texts: readonly string[]): void;
  /** Whether the call was allowed to send exactly this text; only the first time. */
  take(callId: string, text: string): boolean;
}

/** Calls that are remembered; the oldest go first. */
const KEPT_CALLS = 1_000;

export function createPassedSends(): PassedSends {
  const calls = new Map<string, Set<string>>();
  return {
    note(callId, texts) {
      calls.delete(callId);
      calls.set(callId, new Set(texts));
      const [oldest] = calls.keys();
      if (calls.size > KEPT_CALLS && oldest !== undefined) calls.delete(oldest);
    },
    take(callId, text) {
      const texts = calls.get(callId);
      if (texts?.delete(text) !== true) return false;
      if (texts.size === 0) calls.delete(callId);
      return true;
    },
  };
}
