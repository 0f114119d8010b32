import { afterEach, expect, test } from 'vitest';
import type { CronRoom } from '../rooms/cron.ts';
import type { SessionRoom } from '../rooms/sessions.ts';
import { type Bench, createBench } from '../testing/bench.ts';

interface Asked {
  readonly method: string;
  readonly params: readonly unknown[];
}

const benches: Bench[] = [];
afterEach(() => Promise.all(benches.splice(0).map((bench) => bench.close())));

async function open(
  history: readonly Readonly<Record<string, unknown>>[] = [],
): Promise<Bench & { readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const answer =
    (method: string) =>
    async (...params: unknown[]) => {
      asked.push({ method, params });
      return { ok: true };
    };
  const cron: CronRoom = {
    status: answer('status'),
    list: answer('list'),
    add: answer('add'),
    update: answer('update'),
    remove: answer('remove'),
    run: answer('run'),
    runs: answer('runs'),
    wake: answer('wake'),
  };
  const unused = async () => undefined;
  const sessions: SessionRoom = {
    list: async () => [],
    find: unused,
    findById: unused,
    findByLabel: unused,
    history: async () => history,
    statusCard: async () => '',
    setModel: async () => ({ changed: false }),
    remove: async () => {},
  };
  const bench = await createBench({}, { rooms: { cron, sessions } });
  benches.push(bench);
  return { ...bench, asked };
}

test('a job belongs to the agent and session that set it', async () => {
  const { text, asked } = await open();
  const job = { name: 'x', schedule: { kind: 'every', everyMs: 1 }, payload: { kind: 'systemEvent', text: 't' } };
  expect(JSON.parse(await text('cron', { action: 'add', job }))).toEqual({ ok: true });
  expect(asked).toEqual([{ method: 'add', params: [{ agentId: 'main', sessionKey: 'agent:main:main', ...job }] }]);
});

test('a job may be written beside the action', async () => {
  const { text, asked } = await open();
  await text('cron', { action: 'add', message: 'do it', schedule: { everyMs: 60_000 } });
  expect(asked[0]?.params).toMatchObject([{ message: 'do it', schedule: { everyMs: 60_000 } }]);
  expect(await text('cron', { action: 'add' })).toContain('job required');
});

test('an isolated job answers in the conversation it was set in', async () => {
  const { text, asked } = await open();
  const job = { schedule: { everyMs: 1 }, payload: { kind: 'agentTurn', message: 'm' } };
  const sessionKey = 'agent:main:telegram:group:-100:topic:7';
  await text('cron', { action: 'add', job }, { sessionKey });
  await text('cron', { action: 'add', job: { ...job, delivery: { mode: 'none' } } }, { sessionKey });
  expect(asked.map(({ params: [added] }) => added)).toMatchObject([
    { delivery: { mode: 'announce', channel: 'telegram', to: '-100:topic:7' } },
    { delivery: { mode: 'none' } },
  ]);
});

test('a reminder can carry the last messages, as far as they fit', async () => {
  const { text, asked } = await open([
    { role: 'user', content: [{ type: 'text', text: 'dentist at nine' }] },
    { role: 'toolResult', content: [{ type: 'text', text: 'ignored' }] },
    { role: 'assistant', content: [{ type: 'text', text: `noted ${'x'.repeat(300)}` }] },
  ]);
  const job = { schedule: { at: '2027-01-01' }, payload: { kind: 'systemEvent', text: 'Dentist' } };
  await text('cron', { action: 'add', job, contextMessages: 2 });
  const [added] = asked[0]?.params ?? [];
  expect(added).toMatchObject({
    payload: {
      text: expect.stringMatching(/^Dentist\n\nRecent context:\n- User: dentist at nine\n- Assistant: noted x+…$/),
    },
  });
});

test.each([
  [{ action: 'status' }, 'status', []],
  [{ action: 'list', includeDisabled: true }, 'list', [{ includeDisabled: true }]],
  [{ action: 'update', jobId: 'j', patch: { name: 'n' } }, 'update', ['j', { name: 'n' }]],
  [{ action: 'remove', id: 'j' }, 'remove', ['j']],
  [{ action: 'run', jobId: 'j' }, 'run', ['j', 'force']],
  [{ action: 'run', jobId: 'j', runMode: 'due' }, 'run', ['j', 'due']],
  [{ action: 'runs', jobId: 'j' }, 'runs', ['j']],
  [{ action: 'wake', text: 't' }, 'wake', [{ text: 't', mode: 'next-heartbeat' }]],
])('%j asks the scheduler for %s', async (args, method, params) => {
  const { text, asked } = await open();
  await text('cron', args);
  expect(asked).toEqual([{ method, params }]);
});

test.each([
  [{ action: 'remove' }, 'jobId required (id accepted for backward compatibility)'],
  [{ action: 'update', jobId: 'j' }, 'patch required'],
  [{ action: 'wake' }, 'text required'],
])('%j is refused', async (args, message) => {
  const { text, asked } = await open();
  expect(await text('cron', args)).toContain(message);
  expect(asked).toEqual([]);
});

test('without a scheduler nothing is scheduled, and the tool says so', async () => {
  const bench = await createBench();
  benches.push(bench);
  expect(await bench.text('cron', { action: 'status' })).toContain('The scheduler is not available on this gateway.');
});
