import type { CronEvent, CronJob, CronJobPatch, NewCronJob } from './job.ts';

export interface CronStatusReport {
  readonly enabled: boolean;
  readonly storePath: string;
  readonly jobs: number;
  readonly nextWakeAtMs: number | null;
}

export type RunAnswer =
  | { readonly ok: true; readonly ran: true }
  | { readonly ok: true; readonly ran: false; readonly reason: 'not-due' | 'already-running' };

/** The scheduler (reference agent/automation.md §1). Errors carry the contract's words. */
export interface Cron {
  status(): Promise<CronStatusReport>;
  /** Soonest first. */
  list(options: { readonly includeDisabled: boolean }): Promise<readonly CronJob[]>;
  add(input: NewCronJob): Promise<CronJob>;
  update(id: string, patch: CronJobPatch): Promise<CronJob>;
  remove(id: string): Promise<{ readonly ok: true; readonly removed: boolean }>;
  /** Runs a job now and resolves when it has run. */
  run(id: string, mode: 'due' | 'force'): Promise<RunAnswer>;
  runs(id: string, limit: number): Promise<readonly unknown[]>;
  subscribe(listener: (event: CronEvent) => void): () => void;
  /** Takes up what earlier processes left, runs what was missed, and follows the schedules from then on. */
  start(): void;
  /** Starts nothing any more; what runs is left for `ended` and, when the process ends first, for the next one. */
  stop(): void;
  /** Resolves when nothing runs any more. */
  ended(): Promise<void>;
}
