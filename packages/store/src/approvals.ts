/** What a person may say about a proposed action. */
export type ApprovalDecision = 'allow-once' | 'allow-always' | 'deny';

/**
 * pending → decided | expired; decided | expired → used. `used` says that whoever asked has acted on the outcome (or that
 * there was nothing to act on), so that no word counts twice.
 */
export type ApprovalState = 'pending' | 'decided' | 'expired' | 'used';

/** One action that waits for a person's word, or waited (design rule 4). Times are milliseconds since the epoch. */
export interface ApprovalRow {
  readonly id: string;
  readonly state: ApprovalState;
  /** The exact action as people are shown it; JSON. */
  readonly request: unknown;
  /** Who asked; JSON. */
  readonly requestedBy: unknown;
  /** What goes on after the word when the process that asked is gone; JSON. Absent: somebody waits on a connection. */
  readonly continuation?: unknown;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly decision?: ApprovalDecision;
  readonly resolvedBy?: string;
  readonly resolvedAt?: number;
}

export interface ApprovalRepository {
  /** Writes a pending row. False when the id is held by a pending row or by one that ended after `heldSince`. */
  open(row: Omit<ApprovalRow, 'state' | 'decision' | 'resolvedBy' | 'resolvedAt'>, heldSince: number): Promise<boolean>;
  find(id: string): Promise<ApprovalRow | undefined>;
  /** pending → decided; false when it is not pending (any more). */
  decide(id: string, word: { decision: ApprovalDecision; resolvedBy: string | undefined }): Promise<boolean>;
  /** pending → expired; false when it is not pending (any more). */
  expire(id: string): Promise<boolean>;
  /** decided | expired → used; false when it was used before or is still pending. */
  use(id: string): Promise<boolean>;
  /** Rows that are pending, and ended ones whose continuation nobody has acted on; oldest first. */
  unfinished(limit: number): Promise<readonly ApprovalRow[]>;
  countPending(): Promise<number>;
}
