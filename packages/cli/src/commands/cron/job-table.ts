import { flagAt, numberAt, recordAt, textAt } from '../../json-reader.ts';

/** `cron list` for people (reference cli/samples/cron-list-plain). Pure. */

const WIDTHS = [36, 24, 32, 10, 10, 9, 9] as const;
const HEAD = ['ID', 'Name', 'Schedule', 'Next', 'Last', 'Status', 'Target', 'Agent'];
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function jobTable(jobs: readonly unknown[], now: number): readonly string[] {
  return [HEAD, ...jobs.map((job) => cells(job, now))].map(line);
}

function line(row: readonly string[]): string {
  return row
    .map((text, column) => {
      const width = WIDTHS[column];
      return width === undefined ? text : cut(text, width).padEnd(width);
    })
    .join(' ')
    .trimEnd();
}

const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 3)}...`);

function cells(job: unknown, now: number): readonly string[] {
  const state = recordAt(job, 'state');
  return [
    textAt(job, 'id') ?? '?',
    textAt(job, 'name') ?? '?',
    scheduleText(recordAt(job, 'schedule')),
    flagAt(job, 'enabled') ? timeText(numberAt(state, 'nextRunAtMs'), now) : '-',
    timeText(numberAt(state, 'lastRunAtMs'), now),
    statusText(job, state),
    textAt(job, 'sessionTarget') ?? '?',
    textAt(job, 'agentId') ?? 'default',
  ];
}

function statusText(job: unknown, state: unknown): string {
  if (!flagAt(job, 'enabled')) return 'disabled';
  if (numberAt(state, 'runningAtMs') !== undefined) return 'running';
  return textAt(state, 'lastStatus') ?? 'idle';
}

function scheduleText(schedule: unknown): string {
  const kind = textAt(schedule, 'kind');
  if (kind === 'at') return `at ${minuteText(textAt(schedule, 'at') ?? '')}`;
  if (kind === 'every') return `every ${spanText(numberAt(schedule, 'everyMs') ?? 0)}`;
  const zone = textAt(schedule, 'tz');
  return `cron ${textAt(schedule, 'expr') ?? '?'}${zone === undefined ? '' : ` @ ${zone}`}`;
}

/** `2027-01-01 00:00Z` */
function minuteText(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const [day, time = ''] = at.toISOString().split('T');
  return `${day} ${time.slice(0, 5)}Z`;
}

function timeText(at: number | undefined, now: number): string {
  if (at === undefined) return '-';
  return at >= now ? `in ${spanText(at - now)}` : `${spanText(now - at)} ago`;
}

function spanText(ms: number): string {
  if (ms < MINUTE_MS) return ms > 0 && ms % 1_000 === 0 ? `${ms / 1_000}s` : '<1m';
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)}m`;
  if (ms < 2 * DAY_MS) return `${Math.round(ms / HOUR_MS)}h`;
  return `${Math.round(ms / DAY_MS)}d`;
}
