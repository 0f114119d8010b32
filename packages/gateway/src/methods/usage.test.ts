import { expect, it } from 'vitest';
import { BASE_CONFIG, type MethodBench, openMethodBench } from './testing/method-bench.ts';
import { seedSession } from './testing/seeded-sessions.ts';

const PRICES = { input: 1, output: 2, cacheRead: 0.5, cacheWrite: 3 };
const CONFIG = {
  ...BASE_CONFIG,
  models: { providers: { mock: { baseUrl: 'http://127.0.0.1:1', models: [{ id: 'm1', name: 'm1', cost: PRICES }] } } },
};

interface Call {
  readonly model?: string;
  readonly input?: number;
  readonly cost?: number;
}

/** A session with one question and answers, a second apart. */
async function talk(bench: MethodBench, key: string, calls: readonly Call[], members: object = {}): Promise<void> {
  const { sessionId } = await seedSession(bench, key, 0, members);
  const at = bench.clock.now();
  await bench.services.store.transcripts.append(sessionId, [
    { type: 'message', message: { role: 'user', content: 'go', timestamp: at } },
    ...calls.map(({ model = 'm1', input = 10, cost }, index) => ({
      type: 'message' as const,
      message: {
        role: 'assistant' as const,
        content: [{ type: 'text', text: `answer ${index}` }],
        provider: 'mock',
        model,
        usage: { input, output: 0, ...(cost !== undefined && { cost: { total: cost } }) },
        timestamp: at + (index + 1) * 1_000,
      },
    })),
  ]);
}

it('counts what all agents spent, with the prices of today where the transcript names none', async () => {
  await using bench = await openMethodBench({ config: CONFIG });
  await talk(bench, 'agent:main:main', [{ cost: 0.5 }, { input: 1_000_000 }, { model: 'm9' }]);
  await talk(bench, 'agent:work:main', [{ cost: 0.25 }]);
  expect(await bench.call('usage.cost', { days: 1 })).toMatchObject({
    days: 2,
    daily: [{ totalCost: 1.75, missingCostEntries: 1, input: 1_000_030 }],
    totals: { totalCost: 1.75, missingCostEntries: 1, totalTokens: 1_000_030 },
  });
});

it.each([
  [{ days: '7' }, 8],
  [{ days: -1 }, 2],
  [{ days: 'x' }, 31],
  [{ startDate: '2026-01-01', endDate: '2026-01-03' }, 4],
  [{ startDate: '2026-01-02', endDate: '2026-01-01' }, 1],
])('takes %o for %i counted days', async (params, days) => {
  await using bench = await openMethodBench();
  expect(await bench.call('usage.cost', params)).toMatchObject({ days });
});

it('lists the newest sessions with what they used, and sums only those', async () => {
  await using bench = await openMethodBench({ config: CONFIG });
  await talk(bench, 'agent:main:a', [{ cost: 1 }], { label: 'A', channel: 'telegram' });
  bench.clock.advance(60_000);
  await talk(bench, 'agent:main:b', [{ cost: 2 }], { origin: { provider: 'webchat' } });
  await seedSession(bench, 'agent:main:empty', 0);
  expect(await bench.call('sessions.usage', {})).toMatchObject({
    sessions: [
      { key: 'agent:main:b', channel: 'webchat', usage: { totalCost: 2, latency: { count: 1, avgMs: 1_000 } } },
      { key: 'agent:main:a', label: 'A', channel: 'telegram', usage: { totalCost: 1 } },
    ],
    totals: { totalCost: 3 },
    aggregates: {
      byChannel: [
        { channel: 'webchat', totals: { totalCost: 2 } },
        { channel: 'telegram', totals: { totalCost: 1 } },
      ],
    },
  });
  expect(await bench.call('sessions.usage', { limit: 1 })).toMatchObject({
    sessions: [{ key: 'agent:main:b' }],
    totals: { totalCost: 2 },
  });
  expect(await bench.call('sessions.usage', { key: 'b' })).toMatchObject({ sessions: [{ key: 'agent:main:b' }] });
});

it('draws the course of a session in at most two hundred points', async () => {
  await using bench = await openMethodBench({ config: CONFIG });
  await talk(
    bench,
    'agent:main:main',
    Array.from({ length: 450 }, () => ({ input: 1, cost: 0.5 })),
  );
  const course = await bench.call('sessions.usage.timeseries', { key: 'main' });
  expect(course).toMatchObject({ points: expect.objectContaining({ length: 150 }) });
  expect(JSON.parse(JSON.stringify(course)).points.at(-1)).toMatchObject({
    input: 3,
    cost: 1.5,
    cumulativeTokens: 450,
    cumulativeCost: 225,
  });
});

it('shows the newest messages with what they cost, cut to a readable length', async () => {
  await using bench = await openMethodBench({ config: CONFIG });
  const { sessionId } = await seedSession(bench, 'agent:main:main', 0);
  const at = bench.clock.now();
  const message = (role: 'user' | 'assistant' | 'toolResult', content: unknown, more: object = {}) =>
    ({ type: 'message', message: { role, content, timestamp: at, ...more } }) as const;
  await bench.services.store.transcripts.append(sessionId, [
    message('user', 'x'.repeat(3_000)),
    message('assistant', [{ type: 'toolCall', name: 'read' }]),
    message('toolResult', [{ type: 'text', text: 'body' }], { toolName: 'read' }),
    message('assistant', 'dear', { provider: 'mock', model: 'm9', usage: { input: 1 } }),
    message('assistant', 'cheap', { provider: 'mock', model: 'm1', usage: { input: 1_000_000 } }),
  ]);
  expect(await bench.call('sessions.usage.logs', { key: 'agent:main:main' })).toEqual({
    logs: [
      { timestamp: at, role: 'user', content: `${'x'.repeat(2_000)}…` },
      { timestamp: at, role: 'toolResult', content: '[Tool: read]\n[Tool Result]\nbody' },
      { timestamp: at, role: 'assistant', content: 'dear', tokens: 1 },
      { timestamp: at, role: 'assistant', content: 'cheap', tokens: 1_000_000, cost: 1 },
    ],
  });
  expect(await bench.call('sessions.usage.logs', { key: 'agent:main:main', limit: 1 })).toMatchObject({
    logs: [{ content: 'cheap' }],
  });
});
