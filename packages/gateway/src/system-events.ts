/** Short notes that wait for a session (reference agent/sessions.md §6.3). */
export interface SystemEvents {
  /** A note of a context takes the place of that context's earlier one. */
  add(sessionKey: string, text: string, contextKey?: string): void;
  /** Oldest first. */
  list(sessionKey: string): readonly string[];
}

/** How many notes a session keeps; the oldest go first. */
const EVENTS_PER_SESSION = 20;
/** Sessions that have notes; the one that was noted to longest ago goes first. */
const SESSIONS_LIMIT = 1_000;

interface Note {
  readonly text: string;
  readonly contextKey: string | undefined;
}

export function createSystemEvents(): SystemEvents {
  const sessions = new Map<string, readonly Note[]>();
  return {
    add(sessionKey, text, contextKey) {
      const notes = sessions.get(sessionKey) ?? [];
      if (notes.at(-1)?.text === text) return;
      const kept = contextKey === undefined ? notes : notes.filter((note) => note.contextKey !== contextKey);
      sessions.delete(sessionKey);
      sessions.set(sessionKey, [...kept, { text, contextKey }].slice(-EVENTS_PER_SESSION));
      for (const oldest of sessions.keys()) {
        if (sessions.size <= SESSIONS_LIMIT) break;
        sessions.delete(oldest);
      }
    },
    list: (sessionKey) => (sessions.get(sessionKey) ?? []).map(({ text }) => text),
  };
}
