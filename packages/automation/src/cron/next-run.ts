import { parseAbsoluteTime } from './absolute-time.ts';
import type { CronJob, CronSchedule } from './job.ts';
import { staggerMs, staggerOffsetMs } from './stagger.ts';

/**
 * When a schedule is due next (reference agent/automation.md §1.3). Local times that a change of the clocks skips run at
 * the moment after the gap, and times that happen twice run once: that is croner's reading of a day.
 */
export interface NextRun {
  /** The first time after `nowMs`; undefined when there is none. Throws for an expression or zone that is none. */
  of(schedule: CronSchedule, nowMs: number): Promise<number | undefined>;
  /** The same for a job, with its stagger and what it has done already. */
  ofJob(job: CronJob, nowMs: number): Promise<number | undefined>;
}

type Croner = typeof import('croner').Cron;

const SECOND_MS = 1_000;
/** Looks back and ahead over so many base times for the first that falls behind now with the stagger added. */
const STAGGER_TRIES = 4;

/** Loads croner with the first cron expression, never with a start. */
export function createNextRun(): NextRun {
  let loading: Promise<Croner> | undefined;
  const croner = (): Promise<Croner> => {
    loading ??= import('croner').then(({ Cron }) => Cron);
    return loading;
  };

  async function ofExpression({ expr, tz }: { expr: string; tz?: string }, nowMs: number): Promise<number | undefined> {
    const pattern = expr.trim();
    if (pattern === '') return undefined;
    const Cron = await croner();
    const timezone = tz?.trim() || Intl.DateTimeFormat().resolvedOptions().timeZone;
    const cron = new Cron(pattern, { timezone, catch: false });
    // A base time counts from the second it names, so the search starts at the second before now.
    const next = cron.nextRun(new Date(nowMs))?.getTime();
    if (next === undefined || !Number.isFinite(next)) return undefined;
    if (next > nowMs) return next;
    const later = cron.nextRun(new Date(Math.floor(nowMs / SECOND_MS) * SECOND_MS + SECOND_MS))?.getTime();
    return later !== undefined && later > nowMs ? later : undefined;
  }

  async function staggered(
    schedule: Extract<CronSchedule, { kind: 'cron' }>,
    jobId: string,
    nowMs: number,
  ): Promise<number | undefined> {
    const offset = staggerOffsetMs(jobId, staggerMs(schedule));
    if (offset <= 0) return ofExpression(schedule, nowMs);
    let cursor = Math.max(0, nowMs - offset);
    for (let tries = 0; tries < STAGGER_TRIES; tries += 1) {
      const base = await ofExpression(schedule, cursor);
      if (base === undefined) return undefined;
      if (base + offset > nowMs) return base + offset;
      cursor = Math.max(cursor + 1, base + SECOND_MS);
    }
    return undefined;
  }

  const of = async (schedule: CronSchedule, nowMs: number): Promise<number | undefined> => {
    if (schedule.kind === 'cron') return ofExpression(schedule, nowMs);
    if (schedule.kind === 'every') return nextOfInterval(schedule.everyMs, schedule.anchorMs ?? nowMs, nowMs);
    const at = parseAbsoluteTime(schedule.at);
    return at !== undefined && at > nowMs ? at : undefined;
  };

  return {
    of,
    async ofJob(job, nowMs) {
      const { schedule, state } = job;
      if (!job.enabled) return undefined;
      if (schedule.kind === 'cron') return staggered(schedule, job.id, nowMs);
      if (schedule.kind === 'every') {
        return of({ ...schedule, anchorMs: schedule.anchorMs ?? job.createdAtMs }, nowMs);
      }
      // A one-shot job whose time has passed is due until it has run.
      const at = parseAbsoluteTime(schedule.at);
      return at !== undefined && at > (state.lastRunAtMs ?? 0) ? at : undefined;
    },
  };
}

/** The anchor, or the first multiple of the interval behind it that is not before now (golden schedule-duration). */
export function nextOfInterval(everyMs: number, anchorMs: number, nowMs: number): number {
  const interval = Math.max(1, Math.floor(everyMs));
  const anchor = Math.max(0, Math.floor(anchorMs));
  if (nowMs < anchor) return anchor;
  return anchor + Math.max(1, Math.ceil((nowMs - anchor) / interval)) * interval;
}
