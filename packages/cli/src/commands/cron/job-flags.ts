import { parseAbsoluteTime, parseDuration } from '@chela/automation';

/** From the flags of `cron add` and `cron edit` to parts of a job (reference cli/commands.json). Pure; throws what people read. */

export interface JobFlags {
  readonly name?: string;
  readonly description?: string;
  readonly deleteAfterRun?: boolean;
  readonly keepAfterRun?: boolean;
  readonly agent?: string;
  readonly session?: string;
  readonly wake?: string;
  readonly at?: string;
  readonly every?: string;
  readonly cron?: string;
  readonly tz?: string;
  readonly stagger?: string;
  readonly exact?: boolean;
  readonly systemEvent?: string;
  readonly message?: string;
  readonly thinking?: string;
  readonly model?: string;
  readonly timeoutSeconds?: string;
  readonly announce?: boolean;
  /** False for --no-deliver. */
  readonly deliver?: boolean;
  readonly channel?: string;
  readonly to?: string;
  readonly bestEffortDeliver?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** The schedule that the flags name; undefined when they name none. */
export function scheduleOf(flags: JobFlags, now: number): Fields | undefined {
  if (flags.stagger !== undefined && flags.exact) throw new Error('Choose either --stagger or --exact, not both');
  if (flags.cron === undefined && (flags.stagger !== undefined || flags.exact)) {
    throw new Error('--stagger/--exact are only valid with --cron');
  }
  if (flags.at !== undefined) return { kind: 'at', at: timeOf(flags.at, now) };
  if (flags.every !== undefined)
    return { kind: 'every', everyMs: positive(flags.every, 'Invalid --every; use e.g. 10m, 1h, 1d') };
  if (flags.cron === undefined) return undefined;
  const tz = flags.tz?.trim() ?? '';
  return { kind: 'cron', expr: flags.cron, ...(tz !== '' && { tz }), ...staggerOf(flags) };
}

/** How many of the three kinds of schedules are named. */
export const namedSchedules = ({ at, every, cron }: JobFlags): number =>
  [at, every, cron].filter((flag) => flag !== undefined && flag !== '').length;

function staggerOf({ stagger, exact }: JobFlags): Fields {
  if (exact) return { staggerMs: 0 };
  return stagger === undefined ? {} : { staggerMs: positive(stagger, 'Invalid --stagger; use e.g. 30s, 1m, 5m') };
}

function timeOf(raw: string, now: number): string {
  const text = raw.trim();
  const at = parseAbsoluteTime(text) ?? after(text, now);
  if (at === undefined) throw new Error('Invalid --at; use ISO time or duration like 20m');
  return new Date(at).toISOString();
}

function after(text: string, now: number): number | undefined {
  try {
    return now + parseDuration(text.replace(/^\+/, ''));
  } catch {
    return undefined;
  }
}

function positive(raw: string, message: string): number {
  let duration = 0;
  try {
    duration = parseDuration(raw);
  } catch {
    // Said below, in the words of the flag.
  }
  if (duration <= 0) throw new Error(message);
  return duration;
}

/** Members of an agent's turn that the flags name. */
export function turnOf(flags: JobFlags): Fields {
  const { message, model, thinking, timeoutSeconds } = flags;
  const seconds = timeoutSeconds === undefined ? undefined : Number(timeoutSeconds);
  if (seconds !== undefined && !(seconds >= 0)) throw new Error('Invalid --timeout-seconds; use a number of seconds');
  return {
    ...(message !== undefined && { message }),
    ...(model !== undefined && { model }),
    ...(thinking !== undefined && { thinking }),
    ...(seconds !== undefined && { timeoutSeconds: Math.floor(seconds) }),
  };
}

export function sessionTarget({ session }: JobFlags): 'main' | 'isolated' | undefined {
  const target = session?.trim().toLowerCase();
  if (target === undefined || target === '') return undefined;
  if (target === 'main' || target === 'isolated') return target;
  throw new Error('--session must be main or isolated');
}

export function wakeMode({ wake }: JobFlags): 'now' | 'next-heartbeat' | undefined {
  const mode = wake?.trim().toLowerCase();
  if (mode === undefined || mode === '') return undefined;
  if (mode === 'now' || mode === 'next-heartbeat') return mode;
  throw new Error('--wake must be now or next-heartbeat');
}

/** What becomes of a one-shot job; undefined when the flags do not say. */
export function deleteAfterRun({ deleteAfterRun, keepAfterRun }: JobFlags): boolean | undefined {
  if (deleteAfterRun && keepAfterRun) throw new Error('Choose --delete-after-run or --keep-after-run, not both');
  if (deleteAfterRun) return true;
  return keepAfterRun ? false : undefined;
}

/** Whether the answer is announced; undefined when the flags do not say. */
export function announces(flags: JobFlags): boolean | undefined {
  if (flags.announce && flags.deliver === false) throw new Error('Choose at most one of --announce or --no-deliver');
  if (flags.deliver === false) return false;
  return flags.announce || flags.deliver ? true : undefined;
}
