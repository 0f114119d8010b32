import type { SessionEntry } from './sessions.ts';
import type { NewTranscriptEntry, TranscriptEntry } from './transcript.ts';

/**
 * The ledger owns every message from arrival to outcome (design rule 4). Rows only move along the transitions in
 * `states.ts`; each method below is one transaction and one transition. The process that runs a turn holds its lease;
 * at start, leases of a dead process are void and `unfinished` lists what it left behind.
 */

/** received → running → answered | declined | failed. A duplicate key never makes a second row. */
export type InboxState = 'received' | 'running' | 'answered' | 'declined' | 'failed';

/** The door a message came through. `chat.send` and `channel` are conversations of people, `agent` is a program's. */
export type MessageSource = 'chat.send' | 'channel' | 'agent';

export interface InboxRow {
  /** The idempotency key of the request and the id of its run. */
  readonly runId: string;
  /** Which door it came through; part of the dedupe key. */
  readonly source: MessageSource;
  readonly agentId: string;
  readonly sessionKey: string;
  readonly state: InboxState;
  /** Why it was declined or failed. */
  readonly reason?: string;
  /** The request as the runtime needs it to start or resume the turn; JSON. */
  readonly body: unknown;
  /** The answer kept for repeated requests; JSON, written with the outcome. */
  readonly response?: unknown;
  readonly receivedAt: number;
  readonly endedAt?: number;
}

/** planned → running → done | failed; running → interrupted at recovery. Only `planned` and side-effect-free calls may run again. */
export type ToolCallState = 'planned' | 'running' | 'done' | 'failed' | 'interrupted';

export interface ToolCallRow {
  readonly runId: string;
  readonly toolCallId: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly sideEffects: 'none' | 'possible';
  readonly state: ToolCallState;
}

/** pending → published. A reply is published when it was handed to the fan-out; a row still pending at start is published then. */
export interface OutboxRow {
  readonly id: number;
  readonly runId: string;
  readonly sessionKey: string;
  readonly state: 'pending' | 'published';
  /** What to publish; JSON. */
  readonly payload: unknown;
  readonly createdAt: number;
}

/** A message that another run answers: it ends as `answered` without a turn of its own. */
export interface AbsorbedMessage {
  readonly runId: string;
  readonly source: InboxRow['source'];
  /** Which run took it over. */
  readonly reason: string;
  /** The answer kept for repeated requests; JSON. */
  readonly response: unknown;
}

export interface UnfinishedTurn {
  readonly inbox: InboxRow;
  readonly sessionId: string | undefined;
  /** How often the turn was started, this process included. */
  readonly attempts: number;
  readonly toolCalls: readonly ToolCallRow[];
}

export interface Ledger {
  /** Writes an inbound message before it is acknowledged. `created: false` returns the row that already has this (source, runId). */
  accept(row: {
    runId: string;
    source: InboxRow['source'];
    agentId: string;
    sessionKey: string;
    body: unknown;
  }): Promise<{ created: boolean; row: InboxRow }>;
  /** received → answered for messages that waited, and the message that stands for all of them, in one transaction. */
  supersede(input: {
    absorbed: readonly AbsorbedMessage[];
    next: { runId: string; source: InboxRow['source']; agentId: string; sessionKey: string; body: unknown };
  }): Promise<void>;
  find(source: InboxRow['source'], runId: string): Promise<InboxRow | undefined>;
  /** received|running → running; counts an attempt, takes the lease, and appends the opening entries (user message) on the first attempt only. */
  startTurn(input: {
    runId: string;
    source: InboxRow['source'];
    sessionId: string;
    opening: readonly NewTranscriptEntry[];
  }): Promise<{ attempts: number; appended: readonly TranscriptEntry[] }>;
  /** Appends an assistant message with its tool calls; the calls become `planned` rows in the same transaction. */
  appendStep(input: {
    runId: string;
    sessionId: string;
    entries: readonly NewTranscriptEntry[];
    toolCalls: readonly Omit<ToolCallRow, 'runId' | 'state'>[];
    /** Messages whose text is among `entries`: received → answered in the same transaction. */
    absorbed?: readonly AbsorbedMessage[];
    /** What the step changes in its session, e.g. the count of compactions. */
    session?: { key: string; agentId: string; change: (current: SessionEntry | undefined) => SessionEntry };
  }): Promise<readonly TranscriptEntry[]>;
  /** planned → running, before the tool is run. */
  startToolCall(runId: string, toolCallId: string): Promise<void>;
  /** running|planned → done | failed | interrupted together with the tool's result entry. */
  finishToolCall(input: {
    runId: string;
    sessionId: string;
    toolCallId: string;
    state: 'done' | 'failed' | 'interrupted';
    result: NewTranscriptEntry;
  }): Promise<TranscriptEntry>;
  /** → answered | declined | failed, with the last entries, the session's new facts, the kept answer and the reply to publish, in one transaction. */
  endTurn(input: {
    runId: string;
    source: InboxRow['source'];
    sessionId: string | undefined;
    state: 'answered' | 'declined' | 'failed';
    reason?: string;
    entries: readonly NewTranscriptEntry[];
    /** The entry behind which `entries` are linked, null for the root; absent: the leaf. What stood behind it leaves the active branch. */
    after?: string | null;
    response: unknown;
    publish?: unknown;
    /** One with another session id starts the session over: the log of this turn is archived. */
    session?: (current: SessionEntry | undefined) => SessionEntry;
  }): Promise<{ outbox?: OutboxRow }>;
  markPublished(outboxId: number): Promise<void>;
  pendingOutbox(limit: number): Promise<readonly OutboxRow[]>;
  /** Rows in `running`, then in `received`, whose lease is not held by this process; the oldest first. */
  unfinished(): Promise<readonly UnfinishedTurn[]>;
  depths(): Promise<{ received: number; running: number; outboxPending: number }>;
  /** Removes ended rows older than the retention; returns how many. */
  prune(olderThanMs: number): Promise<number>;
}
