/**
 * planned → running → ran → delivering → finished. `planned` claims a due time, `running` may have had effects, `ran` keeps
 * the result, `delivering` may have told somebody, `finished` has its one outcome (design rule 4).
 */
export type OccurrenceState = 'planned' | 'running' | 'ran' | 'delivering' | 'finished';

/** One time that a scheduled job was due, or was asked for by hand. Times are milliseconds since the epoch. */
export interface OccurrenceRow {
  /** Also the id of the agent run it starts, so that a repeated start is no second run. */
  readonly id: string;
  readonly jobId: string;
  readonly dueAt: number;
  readonly state: OccurrenceState;
  /** The job as it was then; JSON. */
  readonly job: unknown;
  readonly startedAt?: number;
  /** What came of the run, then of the delivery; JSON. */
  readonly result?: unknown;
}

export interface OccurrenceRepository {
  /** Writes a planned row; false when this due time of the job was claimed before. */
  plan(row: Pick<OccurrenceRow, 'id' | 'jobId' | 'dueAt' | 'job'>): Promise<boolean>;
  /** planned | running → running, with the lease of this process; a row left running is taken over. */
  start(id: string): Promise<OccurrenceRow>;
  /** running → ran */
  ran(id: string, result: unknown): Promise<void>;
  /** ran → delivering */
  startDelivery(id: string): Promise<void>;
  /** planned | running | ran | delivering → finished */
  finish(id: string, result: unknown): Promise<void>;
  /** Rows that another process left unfinished, oldest first. */
  unfinished(limit: number): Promise<readonly OccurrenceRow[]>;
}
