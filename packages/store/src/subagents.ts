/**
 * running → ended → settled. An ended run has a result its requester was not told yet; nothing is left to tell of a
 * settled one.
 */
export type SubagentState = 'running' | 'ended' | 'settled';

export type SubagentEnding = 'done' | 'failed' | 'timeout' | 'killed';

export interface SubagentResult {
  readonly status: SubagentEnding;
  /** The last answer; empty when there was none. */
  readonly reply: string;
  readonly error?: string;
}

/** A run that a session asked for in a session of its own (reference agent/sessions.md §12). Times are milliseconds since the epoch. */
export interface SubagentRow {
  readonly runId: string;
  readonly sessionKey: string;
  readonly requesterKey: string;
  readonly state: SubagentState;
  readonly label: string;
  readonly task: string;
  readonly model?: string;
  readonly cleanup: 'keep' | 'delete';
  /** The turn as it has to be started again when it was never accepted; JSON. */
  readonly turn: unknown;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly result?: SubagentResult;
  /** When the session is put away; absent: never, or not yet known. */
  readonly archiveAt?: number;
}

export interface SubagentRepository {
  /** Writes a running row, before its turn is submitted. */
  open(row: Omit<SubagentRow, 'state' | 'endedAt' | 'result' | 'archiveAt'>): Promise<void>;
  /** running → ended; false when it is not running (any more). */
  end(runId: string, result: SubagentResult): Promise<boolean>;
  /** Replaces the reply of an ended run that still waits to be told; false when it does not. */
  revise(runId: string, reply: string): Promise<boolean>;
  /** running | ended → settled; false when it was before. */
  settle(runId: string, archiveAt: number | undefined): Promise<boolean>;
  find(runId: string): Promise<SubagentRow | undefined>;
  /** Runs a session asked for, newest first. */
  ofRequester(requesterKey: string, limit: number): Promise<readonly SubagentRow[]>;
  /** The newest run in a session. */
  ofSession(sessionKey: string): Promise<SubagentRow | undefined>;
  /** Rows that are not settled, oldest first. */
  unsettled(limit: number): Promise<readonly SubagentRow[]>;
  /** Settled rows whose session is to be put away by now, oldest first. */
  due(now: number, limit: number): Promise<readonly SubagentRow[]>;
  /** Forgets that the session is to be put away. */
  archived(runId: string): Promise<void>;
}
