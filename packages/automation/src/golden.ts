import { parseAbsoluteTime, refusedTime } from './cron/absolute-time.ts';
import { parseByteSize, parseDuration } from './cron/durations.ts';
import { createNextRun } from './cron/next-run.ts';
import { normalizeJobPatch, normalizeNewJob } from './cron/normalize.ts';
import { staggerMs } from './cron/stagger.ts';
import { isRecord } from './record.ts';

/** Runs a case of a golden table of reference agent/golden: the case's `in` to our `out`. `null` stands for "no value". */
type GoldenRunner = (input: unknown) => unknown;

const nextRun = createNextRun();

const errorOf = (error: unknown): { readonly error: string } => ({
  error: error instanceof Error ? error.message : String(error),
});

async function attempt(task: () => unknown): Promise<unknown> {
  try {
    return (await task()) ?? null;
  } catch (error) {
    return errorOf(error);
  }
}

/** A schedule as an older release may have stored it. */
function nextOf(schedule: unknown, nowMs: number): Promise<number | undefined> {
  const normal = normalizeJobPatch({ schedule })?.schedule;
  if (!isRecord(normal)) return Promise.resolve(undefined);
  const { kind, at, everyMs, anchorMs, expr, tz } = normal;
  if (kind === 'at') return nextRun.of({ kind, at: String(at) }, nowMs);
  if (kind === 'every') {
    const anchor = typeof anchorMs === 'number' ? { anchorMs } : {};
    return nextRun.of({ kind, everyMs: Number(everyMs), ...anchor }, nowMs);
  }
  return nextRun.of({ kind: 'cron', expr: String(expr), ...(typeof tz === 'string' && { tz }) }, nowMs);
}

export const goldenRunners: Readonly<Record<string, GoldenRunner>> = {
  'schedule-duration': (input) => {
    if (!isRecord(input)) return null;
    const { fn, raw, defaultUnit, schedule, nowMs } = input;
    const text = String(raw);
    if (fn === 'duration') return attempt(() => parseDuration(text, defaultUnit === 'm' ? 'm' : 'ms'));
    if (fn === 'bytes') return attempt(() => parseByteSize(text));
    if (fn === 'absolute') return parseAbsoluteTime(text) ?? null;
    if (fn === 'nextRun') return attempt(() => nextOf(schedule, Number(nowMs)));
    if (!isRecord(schedule)) return null;
    if (fn === 'stagger') return staggerMs({ expr: String(schedule.expr), staggerMs: schedule.staggerMs });
    const message = refusedTime(String(schedule.at), Number(nowMs));
    return message === undefined ? { ok: true } : { ok: false, message };
  },
  'cron-normalize': (input) => {
    if (!isRecord(input)) return null;
    return (input.fn === 'create' ? normalizeNewJob(input.input) : normalizeJobPatch(input.input)) ?? null;
  },
};
