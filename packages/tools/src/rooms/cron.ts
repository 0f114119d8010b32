/** The scheduler as the `cron` tool uses it. Results are those of the methods of the same name; errors carry the contract's words. */
export interface CronRoom {
  status(): Promise<unknown>;
  list(options: { readonly includeDisabled: boolean }): Promise<unknown>;
  /** `job` in any form that `cron.add` takes. */
  add(job: unknown): Promise<unknown>;
  /** `patch` in any form that `cron.update` takes. */
  update(jobId: string, patch: unknown): Promise<unknown>;
  remove(jobId: string): Promise<unknown>;
  run(jobId: string, mode: 'due' | 'force'): Promise<unknown>;
  runs(jobId: string): Promise<unknown>;
  wake(note: { readonly text: string; readonly mode: 'now' | 'next-heartbeat' }): Promise<unknown>;
}
