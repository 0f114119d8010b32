import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStateHome, type StateHome } from '../../testing/state-home.ts';
import { createTestContext } from '../../testing/test-context.ts';
import { scheduleOf } from './job-flags.ts';
import { jobTable } from './job-table.ts';

let state: StateHome;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({});
});
afterEach(() => state.remove());

const add = (...flags: string[]): string[] => ['cron', 'add', '--name', 'x', ...flags];
const NOW = Date.UTC(2026, 1, 17, 10);

it.each([
  [add(), 'Choose exactly one schedule: --at, --every, or --cron'],
  [
    add('--every', '5m', '--cron', '* * * * *', '--message', 'm'),
    'Choose exactly one schedule: --at, --every, or --cron',
  ],
  [add('--every', '5m'), 'Choose exactly one payload: --system-event or --message'],
  [add('--every', '5m', '--message', 'm', '--session', 'main'), 'Main jobs require --system-event (systemEvent).'],
  [add('--every', 'often', '--message', 'm'), 'Invalid --every; use e.g. 10m, 1h, 1d'],
  [add('--at', 'soon', '--message', 'm'), 'Invalid --at; use ISO time or duration like 20m'],
  [add('--every', '5m', '--message', 'm', '--stagger', '5s'), '--stagger/--exact are only valid with --cron'],
  [add('--every', '5m', '--message', 'm', '--session', 'moon'), '--session must be main or isolated'],
  [add('--every', '5m', '--message', 'm', '--wake', 'later'), '--wake must be now or next-heartbeat'],
  [
    add('--cron', '* * * * *', '--message', 'm', '--exact', '--stagger', '5s'),
    'Choose either --stagger or --exact, not both',
  ],
  [
    add('--every', '5m', '--message', 'm', '--announce', '--no-deliver'),
    'Choose at most one of --announce or --no-deliver',
  ],
  [['cron', 'edit', 'id', '--enable', '--disable'], 'Choose --enable or --disable, not both'],
  [['cron', 'edit', 'id', '--at', '20m', '--every', '5m'], 'Choose at most one schedule change'],
  [['system', 'event', '--text', ' '], '--text is required'],
  [['system', 'event', '--text', 'x', '--mode', 'soon'], '--mode must be now or next-heartbeat'],
])('%j is refused before anything is asked', async (argv, message) => {
  const cli = createTestContext({ env: { ...state.env } });
  expect(await cli.run(...argv)).toBe(1);
  expect(cli.stderr).toEqual([`Error: ${message}`]);
});

it.each([[['cron', 'list', '--json']], [['system', 'presence', '--json']]])(
  '%j says where no gateway was found',
  async (argv) => {
    const cli = createTestContext({ env: { ...state.env } });
    expect(await cli.run(...argv)).toBe(1);
    expect(cli.stdout).toEqual([]);
    expect(cli.stderr.slice(0, 2)).toEqual([
      'Error: gateway closed (1006 abnormal closure (no close frame)): no close reason',
      `Gateway target: ws://127.0.0.1:${state.port}`,
    ]);
  },
);

describe('a schedule from flags', () => {
  it.each([
    [{ at: '2026-03-01' }, { kind: 'at', at: '2026-03-01T00:00:00.000Z' }],
    [{ at: '+20m' }, { kind: 'at', at: '2026-02-17T10:20:00.000Z' }],
    [{ every: '1.5h' }, { kind: 'every', everyMs: 5_400_000 }],
    [
      { cron: '0 9 * * *', tz: 'Europe/Berlin' },
      { kind: 'cron', expr: '0 9 * * *', tz: 'Europe/Berlin' },
    ],
    [
      { cron: '0 * * * *', tz: '', stagger: '30s' },
      { kind: 'cron', expr: '0 * * * *', staggerMs: 30_000 },
    ],
    [
      { cron: '0 * * * *', exact: true },
      { kind: 'cron', expr: '0 * * * *', staggerMs: 0 },
    ],
  ])('%j', (flags, schedule) => {
    expect(scheduleOf(flags, NOW)).toEqual(schedule);
  });
});

it('the table shows when jobs run and how they are', () => {
  const job = { name: 'daily', enabled: true, sessionTarget: 'main', state: {} };
  const lines = jobTable(
    [
      {
        ...job,
        id: 'a',
        schedule: { kind: 'cron', expr: '0 9 * * *', tz: 'Europe/Berlin' },
        state: { nextRunAtMs: NOW + 15 * 3_600_000 },
      },
      {
        ...job,
        id: 'b',
        schedule: { kind: 'every', everyMs: 600_000 },
        state: { nextRunAtMs: NOW + 600_000, lastRunAtMs: NOW - 90_000, lastStatus: 'error' },
      },
      { ...job, id: 'c', enabled: false, agentId: 'ops', schedule: { kind: 'at', at: '2027-01-01T00:00:00.000Z' } },
    ],
    NOW,
  );
  expect(lines.map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
    'ID | Name | Schedule | Next | Last | Status | Target | Agent',
    'a | daily | cron 0 9 * * * @ Europe/Berlin | in 15h | - | idle | main | default',
    'b | daily | every 10m | in 10m | 2m ago | error | main | default',
    'c | daily | at 2027-01-01 00:00Z | - | - | disabled | main | ops',
  ]);
});
