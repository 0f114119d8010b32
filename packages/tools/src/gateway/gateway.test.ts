import type { Config } from '@chela/config';
import { expect, it, onTestFinished } from 'vitest';
import type { GatewayControl } from '../rooms/gateway-control.ts';
import { createBench } from '../testing/bench.ts';

async function open(config: Config = {}) {
  const asked: (readonly [string, unknown])[] = [];
  const answer = (what: string) => async (input: unknown) => {
    asked.push([what, input]);
    return { done: what };
  };
  const gateway: GatewayControl = {
    configGet: async () => ({ hash: 'h-1' }),
    configSchema: async () => ({}),
    configApply: answer('apply'),
    configPatch: answer('patch'),
    updateRun: answer('update'),
    restart: answer('restart'),
  };
  const bench = await createBench(config, { rooms: { gateway } });
  onTestFinished(() => bench.close());
  return { bench, asked };
}

it('changes the configuration as it is now, and tells the session of the restart', async () => {
  const { bench, asked } = await open();
  const raw = '{"messages":{"responsePrefix":"p"}}';
  const { details } = await bench.call('gateway', { action: 'config.patch', raw, note: 'as you wished' });
  expect(details).toEqual({ ok: true, result: { done: 'patch' } });
  await bench.call('gateway', { action: 'config.apply', raw, baseHash: 'h-0', sessionKey: 'agent:main:x' });
  expect(asked).toEqual([
    ['patch', { raw, baseHash: 'h-1', sessionKey: bench.scope.sessionKey, note: 'as you wished' }],
    ['apply', { raw, baseHash: 'h-0', sessionKey: 'agent:main:x' }],
  ]);
});

it('updates the program, and restarts it only where that is allowed', async () => {
  const { bench, asked } = await open();
  await bench.call('gateway', { action: 'update.run', timeoutMs: 5 });
  expect(await bench.text('gateway', { action: 'restart' })).toContain('Gateway restart is disabled.');
  expect(asked).toEqual([['update', { sessionKey: bench.scope.sessionKey, timeoutMs: 5 }]]);
  const free = await open({ commands: { restart: true } });
  await free.bench.call('gateway', { action: 'restart', reason: 'new keys', note: 'Back.', delayMs: 10 });
  expect(free.asked).toEqual([
    ['restart', { sessionKey: free.bench.scope.sessionKey, reason: 'new keys', note: 'Back.', delayMs: 10 }],
  ]);
});
