/** The value of a session in `sessions.json` (reference agent/sessions.md §3). Unknown members are kept. */
export interface SessionEntry {
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly sessionFile?: string;
  readonly label?: string;
  readonly spawnedBy?: string;
  readonly thinkingLevel?: string;
  readonly verboseLevel?: string;
  readonly reasoningLevel?: string;
  readonly providerOverride?: string;
  readonly modelOverride?: string;
  readonly sendPolicy?: 'allow' | 'deny';
  readonly abortedLastRun?: boolean;
  readonly systemSent?: boolean;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly totalTokensFresh?: boolean;
  readonly modelProvider?: string;
  readonly model?: string;
  readonly contextTokens?: number;
  readonly compactionCount?: number;
  readonly [member: string]: unknown;
}

export interface SessionRow {
  /** Canonical session key, e.g. `agent:main:main`. */
  readonly key: string;
  readonly agentId: string;
  readonly entry: SessionEntry;
}

/** What `sessions.list` and its kin may ask of the index. All members narrow. */
export interface SessionQuery {
  readonly agentId?: string;
  readonly label?: string;
  readonly spawnedBy?: string;
  /** Only sessions updated at or after this time. */
  readonly updatedSince?: number;
  /** Case-insensitive text found in key, label, display name, subject or session id. */
  readonly search?: string;
  readonly includeGlobal?: boolean;
  readonly includeUnknown?: boolean;
  /** Newest first. Absent: all rows (bounded by the store at 100 000). */
  readonly limit?: number;
}

export class LabelTakenError extends Error {
  override readonly name = 'LabelTakenError';
}

/** Session rows, imported once from an existing `sessions.json` and re-imported when that file changes underneath. */
export interface SessionRepository {
  get(key: string): Promise<SessionRow | undefined>;
  list(query: SessionQuery): Promise<{ readonly total: number; readonly rows: readonly SessionRow[] }>;
  count(): Promise<number>;
  bySessionId(sessionId: string): Promise<SessionRow | undefined>;
  /**
   * Creates or changes a session in one transaction. `change` sees the current entry (undefined when new) and returns
   * the next one. Throws LabelTakenError when another session of the
   * same agent (of the same `sessions.json`, as in the original) already has the label.
   */
  upsert(
    key: string,
    agentId: string,
    change: (current: SessionEntry | undefined) => SessionEntry,
  ): Promise<SessionRow>;
  /** Gives the session a new session id and an empty transcript; the old log is archived. */
  renew(key: string, change: (current: SessionEntry | undefined) => SessionEntry): Promise<SessionRow>;
  /** Removes the row and, with `archiveTranscript`, archives its log. False when there was none. */
  delete(key: string, options: { archiveTranscript: boolean }): Promise<boolean>;
}
