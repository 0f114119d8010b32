import { describe, expect, test } from 'vitest';
import type { CronJob, CronSchedule } from './job.ts';
import { createNextRun, nextOfInterval } from './next-run.ts';

const nextRun = createNextRun();
const at = (iso: string): number => Date.parse(iso);

async function times(schedule: CronSchedule, from: string, count: number): Promise<readonly string[]> {
  const found: string[] = [];
  let now = at(from);
  for (let n = 0; n < count; n += 1) {
    now = (await nextRun.of(schedule, now)) ?? Number.NaN;
    found.push(new Date(now).toISOString());
  }
  return found;
}

describe('a day on which the clocks change', () => {
  const daily = { kind: 'cron', expr: '30 2 * * *', tz: 'Europe/Berlin' } as const;

  test('in spring the hour that is skipped costs no run', async () => {
    expect(await times(daily, '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  test('in autumn the hour that comes twice is one run', async () => {
    expect(await times(daily, '2026-10-24T00:00:00Z', 3)).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  test('an interval goes on as if nothing was', () => {
    const hour = 3_600_000;
    const anchor = at('2026-03-29T00:30:00Z');
    expect(nextOfInterval(hour, anchor, anchor + 1)).toBe(anchor + hour);
    expect(nextOfInterval(hour, anchor, anchor - 5)).toBe(anchor);
  });
});

test('six fields, names and the last day of a month are understood', async () => {
  expect(await times({ kind: 'cron', expr: '*/20 * * * * *', tz: 'UTC' }, '2026-02-17T10:00:05Z', 2)).toEqual([
    '2026-02-17T10:00:20.000Z',
    '2026-02-17T10:00:40.000Z',
  ]);
  expect(await times({ kind: 'cron', expr: '0 12 L * *', tz: 'UTC' }, '2026-02-17T10:00:00Z', 1)).toEqual([
    '2026-02-28T12:00:00.000Z',
  ]);
});

describe('a stagger', () => {
  const job = (id: string, staggerMs?: number): CronJob => ({
    id,
    name: id,
    enabled: true,
    createdAtMs: 0,
    updatedAtMs: 0,
    schedule: { kind: 'cron', expr: '0 * * * *', tz: 'UTC', ...(staggerMs !== undefined && { staggerMs }) },
    sessionTarget: 'isolated',
    wakeMode: 'now',
    payload: { kind: 'agentTurn', message: 'm' },
    state: {},
  });
  const noon = at('2026-02-17T12:00:00Z');

  test('moves a job inside its window, the same way each time', async () => {
    const first = (await nextRun.ofJob(job('a'), noon - 1_000)) ?? 0;
    expect(first - noon).toBeGreaterThan(0);
    expect(first - noon).toBeLessThan(300_000);
    expect(await nextRun.ofJob(job('a'), noon - 1_000)).toBe(first);
    expect(await nextRun.ofJob(job('a'), first)).toBe(first + 3_600_000);
    expect(await nextRun.ofJob(job('b'), noon - 1_000)).not.toBe(first);
  });

  test('of zero is none', async () => {
    expect(await nextRun.ofJob(job('a', 0), noon - 1_000)).toBe(noon);
  });
});
