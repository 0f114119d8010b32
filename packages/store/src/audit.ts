/** One entry of the audit log. `hash` covers the entry and the hash of the one before it. */
export interface AuditEntry {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** JSON text. */
  readonly body: string;
  /** SHA-256 in hexadecimal digits. */
  readonly hash: string;
}

/** A place in the chain that is known from elsewhere. */
export type AuditMark = Pick<AuditEntry, 'seq' | 'hash'>;

/** The append-only record of decisions (reference defender/defender.md §B.7). */
export interface AuditLog {
  /** Throws StoreFullError and its like; nothing is kept then. */
  append(body: unknown): void;
  /** The same for several, of which all are kept or none. */
  appendAll(bodies: readonly unknown[]): void;
  /** Newest first, of those before `before` when given. */
  recent(limit: number, before?: number): readonly AuditEntry[];
  /** What of the chain has to be there; undefined while the log is empty. */
  extent(): AuditExtent | undefined;
  /** Oldest first, page by page from after `seq`. */
  page(afterSeq: number, limit: number): readonly AuditEntry[];
}

/** From where to where the chain reaches. */
export interface AuditExtent {
  /** The last entry that was removed because of its age; `seq` 0 when none was. */
  readonly base: AuditMark;
  readonly head: AuditMark;
}

/** Something that is not as it was written. */
export interface AuditProblem {
  readonly seq: number;
  readonly kind: 'edited' | 'removed' | 'reordered' | 'truncated';
  readonly message: string;
}

/** Called now and then while a log is gone through; `total` is what it should have. */
export type AuditProgress = (entries: number, total: number) => void;

export interface AuditReport {
  readonly entries: number;
  /** At most the first twenty, in the order of the chain; empty for a sound log. */
  readonly problems: readonly AuditProblem[];
}
