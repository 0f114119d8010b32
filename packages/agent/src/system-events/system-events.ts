/** A short note that waits for a session. */
export interface SystemEvent {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What it is about, lower-case, e.g. `cron:<jobId>` or `exec:<id>`. */
  readonly contextKey: string | undefined;
}

/**
 * Notes that stand in front of the next message of their session (reference agent/sessions.md §6.3, automation.md §2). They
 * are kept in memory only: whoever must not lose one keeps a row of its own.
 */
export interface SystemEvents {
  /** A note of a context takes the place of that context's earlier one. */
  add(sessionKey: string, text: string, contextKey?: string): void;
  /** Oldest first. */
  list(sessionKey: string): readonly SystemEvent[];
  /** The same, and they are gone: for the turn that tells the model. */
  drain(sessionKey: string): readonly SystemEvent[];
}

/** How many notes a session keeps; the oldest go first. */
const EVENTS_PER_SESSION = 20;
/** Sessions that have notes; the one that was noted to longest ago goes first. */
const SESSIONS_LIMIT = 1_000;

export function createSystemEvents(deps: { readonly now: () => number }): SystemEvents {
  const sessions = new Map<string, readonly SystemEvent[]>();
  const list = (sessionKey: string): readonly SystemEvent[] => sessions.get(sessionKey) ?? [];
  return {
    add(sessionKey, text, rawContext) {
      const events = list(sessionKey);
      if (events.at(-1)?.text === text) return;
      const contextKey = rawContext?.trim().toLowerCase() || undefined;
      const kept = contextKey === undefined ? events : events.filter((event) => event.contextKey !== contextKey);
      sessions.delete(sessionKey);
      sessions.set(sessionKey, [...kept, { text, at: deps.now(), contextKey }].slice(-EVENTS_PER_SESSION));
      for (const oldest of sessions.keys()) {
        if (sessions.size <= SESSIONS_LIMIT) break;
        sessions.delete(oldest);
      }
    },
    list,
    drain(sessionKey) {
      const events = list(sessionKey);
      sessions.delete(sessionKey);
      return events;
    },
  };
}
