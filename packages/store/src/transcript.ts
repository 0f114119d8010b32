/**
 * The transcript log: an append-only tree of entries a session, in the original's vocabulary
 * (reference agent/sessions.md §4, protocol/state-layout.md §3.4). The active branch is the chain from the last
 * appended entry to the root; what a model is sent is a pure projection of that branch.
 */

/** Messages as they stand in transcripts; content blocks keep unknown members so that nothing imported is lost. */
export interface TranscriptMessage {
  readonly role:
    | 'user'
    | 'assistant'
    | 'toolResult'
    | 'bashExecution'
    | 'compactionSummary'
    | 'branchSummary'
    | 'custom';
  readonly content: unknown;
  readonly timestamp: number;
  readonly [member: string]: unknown;
}

interface EntryBase {
  /** Eight lower-case hex digits, unique in the session. */
  readonly id: string;
  readonly parentId: string | null;
  /** ISO 8601. */
  readonly timestamp: string;
}

export type TranscriptEntry =
  | (EntryBase & { readonly type: 'message'; readonly message: TranscriptMessage })
  | (EntryBase & { readonly type: 'model_change'; readonly provider: string; readonly modelId: string })
  | (EntryBase & { readonly type: 'thinking_level_change'; readonly thinkingLevel: string })
  | (EntryBase & {
      readonly type: 'compaction';
      readonly summary: string;
      readonly firstKeptEntryId: string;
      readonly tokensBefore: number;
      readonly details?: unknown;
      readonly fromHook?: boolean;
    })
  | (EntryBase & {
      readonly type: 'branch_summary';
      readonly fromId?: string;
      readonly summary: string;
      readonly details?: unknown;
    })
  | (EntryBase & { readonly type: 'custom'; readonly customType: string; readonly data: unknown })
  | (EntryBase & {
      readonly type: 'custom_message';
      readonly customType: string;
      readonly content: unknown;
      readonly display?: boolean;
      readonly details?: unknown;
    })
  | (EntryBase & { readonly type: 'label'; readonly targetId: string; readonly label?: string })
  | (EntryBase & { readonly type: 'session_info'; readonly name?: string });

/** Distributes over the union so that each kind keeps its own members. */
type WithoutLinks<E> = E extends TranscriptEntry ? Omit<E, 'id' | 'parentId' | 'timestamp'> : never;

/** An entry before the store gives it its id, parent and time. */
export type NewTranscriptEntry = WithoutLinks<TranscriptEntry>;

/** Reads of the log. Every read is bounded; imports of an existing JSONL file happen on the first touch of a session. */
export interface TranscriptRepository {
  /** The active branch, root first, at most `limit` newest entries (default 20 000). */
  branch(sessionId: string, limit?: number): Promise<readonly TranscriptEntry[]>;
  /** The newest messages of the active branch, oldest first. */
  tail(sessionId: string, limit: number): Promise<readonly TranscriptEntry[]>;
  /** Text of the first user message and of the last message with text, for titles and previews; undefined when there is none. */
  edges(sessionId: string): Promise<{ readonly firstUser?: string; readonly lastMessage?: string }>;
  /** Appends outside a turn (chat.inject, notices). Links the entries behind the leaf and returns them. */
  append(sessionId: string, entries: readonly NewTranscriptEntry[]): Promise<readonly TranscriptEntry[]>;
  /**
   * Begins the log of a new session as a copy of another session's active branch (reference agent/sessions.md §5.5). False when
   * there is nothing to copy or the session has a log already.
   */
  fork(sessionId: string, parent: { readonly sessionId: string; readonly file?: string }): Promise<boolean>;
  /**
   * Keeps the newest `keepLast` entries (sessions.compact by lines); returns how many are left. The removed part is archived, not destroyed.
   * The header counts as a line while the log has one, as it does in the file; it goes with the first truncation.
   * Undefined when there is no transcript.
   */
  truncate(
    sessionId: string,
    keepLast: number,
  ): Promise<{ readonly kept: number; readonly removed: number } | undefined>;
  /** Paths of the files this session's log was archived to by reset, delete and truncate, oldest first; empty while the mirror is off. */
  archives(sessionId: string): Promise<readonly string[]>;
}
