import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Env } from '@chela/config';
import { isTruthy } from '@chela/config';
import { createTaskScope } from '@chela/observability';
import type { OccurrenceRow } from '@chela/store';
import { isRecord } from '../record.ts';
import type { Cron, RunAnswer } from './cron.ts';
import type { CronEvent, CronJob } from './job.ts';
import { changedJob, newJob } from './job-change.ts';
import { afterOccurrence, behindDue, scheduled } from './job-outcome.ts';
import { createJobTable } from './job-table.ts';
import { createNextRun } from './next-run.ts';
import { createRunLog } from './run-log.ts';
import { type OccurrenceDeps, runOccurrence } from './run-occurrence.ts';
import { createSessionSweep } from './session-retention.ts';
import { readStoredJob } from './stored-job.ts';

export interface CronDeps
  extends Omit<OccurrenceDeps, 'occurrences' | 'runLog' | 'emit' | 'isStopping' | 'settle' | 'store'> {
  readonly store: OccurrenceDeps['store'] & { readonly occurrences: OccurrenceDeps['occurrences'] };
  readonly env: Env;
}

/** The timer looks at least this often, so that a clock that was set and a file that was changed are noticed. */
const MAX_SLEEP_MS = 60_000;
/** A start serves people first. */
const START_DELAY_MS = 250;
/** A job that has been marked as running for so long is not. */
const STALE_RUN_MS = 2 * 60 * 60_000;
/** A clock that goes back by more than this makes jobs due anew. */
const CLOCK_BACK_MS = 5_000;
const UNFINISHED_LIMIT = 1_000;
/** Jobs that are looked at before the loop gets its turn. */
const JOBS_AT_ONCE = 25;

interface Claimed {
  readonly row: OccurrenceRow;
  readonly job: CronJob;
}

/** Makes the scheduler. Owns its timer and the occurrences it runs; the file and the rows own everything else. */
export function createCron(deps: CronDeps): Cron {
  const { clock, config, logger } = deps;
  const { occurrences } = deps.store;
  const table = createJobTable(config, logger);
  const runLog = createRunLog(join(config.paths.stateDir, 'cron', 'runs'));
  const nextRun = createNextRun();
  const sweep = createSessionSweep(deps);
  const tasks = createTaskScope(logger);
  const listeners = new Set<(event: CronEvent) => void>();
  const waiting: Claimed[] = [];
  const active = new Set<string>();
  let running = 0;
  let stopping = false;
  /** Set by `start`, and by the first look at the jobs. */
  let begun = false;
  let looked = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  const emit = (event: CronEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const isEnabled = (): boolean => settings().enabled !== false && !isTruthy(deps.env.OPENCLAW_SKIP_CRON);
  const settings = (): Readonly<Record<string, unknown>> => {
    const { cron } = config.current();
    return isRecord(cron) ? cron : {};
  };
  const maxRuns = (): number => Math.max(1, Number(settings().maxConcurrentRuns) || 1);

  const settle: OccurrenceDeps['settle'] = (jobId, end) =>
    table.change(async (jobs) => {
      active.delete(jobId);
      const job = jobs.find(({ id }) => id === jobId);
      if (job === undefined) return [jobs, { nextRunAtMs: undefined, isRemoved: false }];
      // Written before a crash.
      if (job.state.lastRunAtMs === end.startedAt) {
        return [jobs, { nextRunAtMs: job.state.nextRunAtMs, isRemoved: false }];
      }
      const after = await afterOccurrence(job, end, nextRun);
      const { nextRunAtMs } = (after ?? job).state;
      return [replaced(jobs, jobId, after), { nextRunAtMs, isRemoved: after === undefined }];
    });
  const occurrenceDeps: OccurrenceDeps = { ...deps, occurrences, runLog, emit, settle, isStopping: () => stopping };

  const perform = async ({ row, job }: Claimed): Promise<void> => {
    try {
      await runOccurrence(occurrenceDeps, row, job);
    } finally {
      active.delete(job.id);
    }
    if (!stopping) await sweep();
  };

  const pump = (): void => {
    while (!stopping && running < maxRuns()) {
      const next = waiting.shift();
      if (next === undefined) break;
      running += 1;
      tasks.run('a scheduled job', async () => {
        await perform(next).finally(() => {
          running -= 1;
        });
        pump();
        await arm();
      });
    }
  };

  /** Makes the due time of a job this process's to run; undefined when it was claimed before. */
  const claim = async (job: CronJob, dueAt: number): Promise<Claimed | undefined> => {
    const row = { id: randomUUID(), jobId: job.id, dueAt, job };
    if (!(await occurrences.plan(row))) return undefined;
    active.add(job.id);
    return { row: { ...row, state: 'planned' }, job };
  };

  const marked = (job: CronJob): CronJob => ({ ...job, state: { ...job.state, runningAtMs: clock.now() } });

  /** The job as it stands at this look: with a next run, without a marker that nobody holds. */
  const current = async (job: CronJob, now: number, wentBack: boolean): Promise<CronJob> => {
    const { runningAtMs, ...state } = job.state;
    const isStale = runningAtMs !== undefined && !active.has(job.id) && (!looked || now - runningAtMs > STALE_RUN_MS);
    const free = isStale ? { ...job, state } : job;
    const isRecurring = free.schedule.kind !== 'at';
    if (!free.enabled || (free.state.nextRunAtMs !== undefined && !(wentBack && isRecurring))) return free;
    const next = await scheduled(free, now, nextRun);
    const before = free.state.nextRunAtMs;
    return before !== undefined && (next.state.nextRunAtMs ?? before) >= before ? free : sameOr(free, next);
  };

  const look = async (): Promise<void> => {
    const now = clock.now();
    const wentBack = now < lookedAt - CLOCK_BACK_MS;
    lookedAt = now;
    const claimed: Claimed[] = [];
    try {
      await table.change(async (jobs) => {
        const next: CronJob[] = [];
        for (const before of jobs) {
          const job = await current(before, now, wentBack);
          const taken = isDue(job, now) ? await take(job, now) : { job };
          if (taken.claimed !== undefined) claimed.push(taken.claimed);
          next.push(taken.job);
          if (next.length % JOBS_AT_ONCE === 0) await new Promise((resume) => setImmediate(resume));
        }
        return [next.every((job, at) => job === jobs[at]) ? jobs : next, undefined];
      });
    } finally {
      // What was claimed runs, even when the mark could not be written.
      looked = true;
      waiting.push(...claimed);
      pump();
    }
  };

  /** Claims a job that is due; one whose due time was claimed before waits for the next. */
  const take = async (job: CronJob, now: number): Promise<{ readonly job: CronJob; readonly claimed?: Claimed }> => {
    const claimed = await claim(job, job.state.nextRunAtMs ?? now);
    if (claimed !== undefined) return { job: marked(job), claimed };
    if (job.schedule.kind === 'at') return { job: { ...job, enabled: false } };
    return { job: await scheduled(job, behindDue(job, now), nextRun) };
  };

  const isDue = ({ id, enabled, state, schedule }: CronJob, now: number): boolean =>
    // A job of an older release that has done its one thing.
    !(schedule.kind === 'at' && (state.lastRunAtMs ?? 0) >= (state.nextRunAtMs ?? Number.POSITIVE_INFINITY)) &&
    enabled &&
    state.runningAtMs === undefined &&
    !active.has(id) &&
    state.nextRunAtMs !== undefined &&
    state.nextRunAtMs <= now;

  const arm = async (): Promise<void> => {
    if (stopping || !looked || !isEnabled()) return;
    const due = soonest(await table.read());
    if (stopping) return;
    cancel?.();
    cancel = clock.after(Math.min(MAX_SLEEP_MS, Math.max(0, (due ?? Number.POSITIVE_INFINITY) - clock.now())), wakeUp);
  };

  /** When a job that may run is due; jobs that run are waited for. */
  const soonest = (jobs: readonly CronJob[]): number | undefined => {
    const times = jobs.flatMap(({ id, enabled, state: { nextRunAtMs, runningAtMs } }) =>
      enabled && nextRunAtMs !== undefined && runningAtMs === undefined && !active.has(id) ? [nextRunAtMs] : [],
    );
    return times.length === 0 ? undefined : Math.min(...times);
  };

  const wakeUp = (): void =>
    tasks.run('looking at the schedules', async () => {
      try {
        if (isEnabled()) await (looked ? look() : firstLook());
      } catch (error) {
        logger.error('the schedules could not be looked at; they are looked at again soon', { error });
        if (!stopping) cancel = clock.after(MAX_SLEEP_MS, wakeUp);
        return;
      }
      await arm();
    });

  /** Rows of earlier processes go on where they stand, as the jobs they were then. */
  const adopt = async (): Promise<void> => {
    for (const row of await occurrences.unfinished(UNFINISHED_LIMIT)) {
      const job = readStoredJob(row.job);
      if (job === undefined)
        await occurrences.finish(row.id, { status: 'error', error: 'the job could not be read back' });
      else {
        active.add(job.id);
        waiting.push({ row, job });
      }
    }
  };

  const firstLook = async (): Promise<void> => {
    await adopt();
    await look();
  };

  const unfollow = config.onChange(() => {
    if (begun) wakeUp();
  });

  const found = (jobs: readonly CronJob[], id: string): CronJob => {
    const job = jobs.find((candidate) => candidate.id === id);
    if (job === undefined) throw new Error(`unknown cron job id: ${id}`);
    return job;
  };
  const news = (action: 'added' | 'updated', { id, state }: CronJob): void =>
    emit({ action, jobId: id, ...(state.nextRunAtMs !== undefined && { nextRunAtMs: state.nextRunAtMs }) });

  /** A new or changed schedule must be readable; the error is the caller's to see. */
  const rescheduled = async (job: CronJob): Promise<CronJob> => {
    const { nextRunAtMs: _next, scheduleErrorCount: _count, runningAtMs, ...state } = job.state;
    if (!job.enabled) return { ...job, state };
    const next = await nextRun.ofJob(job, clock.now());
    const marker = runningAtMs === undefined ? {} : { runningAtMs };
    return { ...job, state: { ...(next !== undefined && { nextRunAtMs: next }), ...marker, ...state } };
  };

  return {
    async status() {
      const jobs = await table.read();
      const nextWakeAtMs = isEnabled() ? (soonest(jobs) ?? null) : null;
      return { enabled: isEnabled(), storePath: table.path, jobs: jobs.length, nextWakeAtMs };
    },
    async list({ includeDisabled }) {
      const jobs = await table.read();
      const shown = includeDisabled ? jobs : jobs.filter(({ enabled }) => enabled);
      return shown.toSorted((a, b) => (a.state.nextRunAtMs ?? 0) - (b.state.nextRunAtMs ?? 0));
    },
    async add(input) {
      const job = await rescheduled(newJob(randomUUID(), input, clock.now()));
      await table.change(async (jobs) => [[...jobs, job], undefined]);
      news('added', job);
      await arm();
      return job;
    },
    async update(id, patch) {
      const updated = await table.change(async (jobs) => {
        const { job, isRescheduled } = changedJob(found(jobs, id), patch, clock.now());
        const next = isRescheduled ? await rescheduled(job) : job;
        return [replaced(jobs, id, next), next];
      });
      news('updated', updated);
      await arm();
      return updated;
    },
    async remove(id) {
      const removed = await table.change(async (jobs) => {
        const isThere = jobs.some((job) => job.id === id);
        return [isThere ? replaced(jobs, id, undefined) : jobs, isThere];
      });
      if (removed) emit({ action: 'removed', jobId: id });
      return { ok: true, removed };
    },
    async run(id, mode): Promise<RunAnswer> {
      const claimed = await table.change<Claimed | 'not-due' | 'already-running'>(async (jobs) => {
        const job = found(jobs, id);
        if (job.state.runningAtMs !== undefined || active.has(id)) return [jobs, 'already-running'];
        if (mode === 'due' && !isDue(job, clock.now())) return [jobs, 'not-due'];
        const taken = await claim(job, clock.now());
        return taken === undefined ? [jobs, 'already-running'] : [replaced(jobs, id, marked(job)), taken];
      });
      if (typeof claimed === 'string') return { ok: true, ran: false, reason: claimed };
      await perform(claimed);
      await arm();
      return { ok: true, ran: true };
    },
    runs: (id, limit) => runLog.read(id, limit),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start() {
      begun = true;
      cancel = clock.after(START_DELAY_MS, wakeUp);
    },
    stop() {
      stopping = true;
      cancel?.();
      unfollow();
    },
    ended: () => tasks.close(),
  };
}

function replaced(jobs: readonly CronJob[], id: string, next: CronJob | undefined): readonly CronJob[] {
  return jobs.flatMap((job) => (job.id === id ? (next ?? []) : job));
}

/** The first when both say the same, so that nothing is written for it. */
function sameOr(before: CronJob, after: CronJob): CronJob {
  return JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
