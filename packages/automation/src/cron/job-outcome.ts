import type { CronJob, CronJobState, CronStatus } from './job.ts';
import type { NextRun } from './next-run.ts';

/** What an occurrence does to its job (reference agent/automation.md §1.10). */

export interface OccurrenceEnd {
  readonly status: CronStatus;
  readonly error?: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

const BACKOFF_MS = [30_000, 60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000] as const;
/** A cron expression is not due again within this time. */
const MIN_REFIRE_MS = 2_000;
const SCHEDULE_ERRORS_MAX = 3;

/** How long a job that failed so often in a row waits at least. */
export function backoffMs(consecutiveErrors: number): number {
  return BACKOFF_MS[Math.min(Math.max(consecutiveErrors, 1), BACKOFF_MS.length) - 1] ?? 0;
}

/** The job after an occurrence; undefined when it is to be removed. */
export async function afterOccurrence(
  job: CronJob,
  end: OccurrenceEnd,
  nextRun: NextRun,
): Promise<CronJob | undefined> {
  const failed = end.status === 'error';
  const consecutiveErrors = failed ? (job.state.consecutiveErrors ?? 0) + 1 : 0;
  const { runningAtMs: _running, lastError: _error, nextRunAtMs: _next, ...rest } = job.state;
  const state: CronJobState = {
    ...rest,
    lastRunAtMs: end.startedAt,
    lastStatus: end.status,
    ...(end.error !== undefined && { lastError: end.error }),
    lastDurationMs: Math.max(0, end.endedAt - end.startedAt),
    consecutiveErrors,
  };
  if (job.schedule.kind === 'at') {
    return job.deleteAfterRun === true && end.status === 'ok' ? undefined : { ...job, enabled: false, state };
  }
  const planned = await scheduled({ ...job, state }, behindDue(job, end.endedAt), nextRun);
  const natural = planned.state.nextRunAtMs;
  if (natural === undefined) return planned;
  const earliest = failed
    ? end.endedAt + backoffMs(consecutiveErrors)
    : job.schedule.kind === 'cron'
      ? end.endedAt + MIN_REFIRE_MS
      : 0;
  return { ...planned, state: { ...planned.state, nextRunAtMs: Math.max(natural, earliest) } };
}

/** A run may end in the very millisecond it was due in; that time is over all the same. */
export function behindDue({ state: { nextRunAtMs = 0 } }: CronJob, nowMs: number): number {
  return nextRunAtMs <= nowMs ? Math.max(nowMs, nextRunAtMs + 1) : nowMs;
}

/** The job with its next run; one whose schedule cannot be read three times in a row is switched off and says why. */
export async function scheduled(job: CronJob, nowMs: number, nextRun: NextRun): Promise<CronJob> {
  const { nextRunAtMs: _next, scheduleErrorCount, ...state } = job.state;
  if (!job.enabled) return { ...job, state };
  try {
    const next = await nextRun.ofJob(job, nowMs);
    return { ...job, state: { ...(next !== undefined && { nextRunAtMs: next }), ...state } };
  } catch (error) {
    const count = (scheduleErrorCount ?? 0) + 1;
    const lastError = `schedule error: ${String(error)}`;
    return { ...job, enabled: count < SCHEDULE_ERRORS_MAX, state: { ...state, lastError, scheduleErrorCount: count } };
  }
}
