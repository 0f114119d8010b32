import { expect, it } from 'vitest';
import { openMethodBench } from './testing/method-bench.ts';

it('a wake leaves its note for the main session, and asks the agent to look now when told so', async () => {
  await using bench = await openMethodBench();
  expect(await bench.call('wake', { text: ' milk ', mode: 'next-heartbeat' })).toEqual({ ok: true });
  expect(bench.heartbeatAsks).toEqual([]);
  expect(await bench.call('wake', { text: 'oven', mode: 'now' })).toEqual({ ok: true });
  expect(bench.heartbeatAsks).toEqual([{ reason: 'wake', agentId: 'main', sessionKey: 'agent:main:main' }]);
  expect(await bench.call('status')).toMatchObject({ queuedSystemEvents: ['milk', 'oven'] });
});

it('a wake without words does nothing', async () => {
  await using bench = await openMethodBench();
  expect(await bench.call('wake', { text: '  ', mode: 'now' })).toEqual({ ok: false });
  expect(bench.heartbeatAsks).toEqual([]);
});

it.each([
  ['cron.add', { name: 'x' }, /^invalid cron\.add params: must have required property 'schedule'/],
  ['cron.add', null, /^invalid cron\.add params/],
  ['cron.update', { id: 'x', patch: { schedule: { at: '2020-01-01' } } }, /^schedule\.at is in the past: 2020-01-01T/],
  ['cron.update', 'text', /^invalid cron\.update params/],
])('%s of %j is refused before the scheduler sees it', async (method, params, message) => {
  await using bench = await openMethodBench();
  await expect(bench.call(method, params)).rejects.toThrow(message);
});
