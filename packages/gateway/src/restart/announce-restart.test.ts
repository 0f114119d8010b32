import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type MethodBench, openMethodBench } from '../methods/testing/method-bench.ts';
import { seedSession, seedTalk } from '../methods/testing/seeded-sessions.ts';
import { announceRestart } from './announce-restart.ts';
import { leaveSentinel, restartSentinel } from './restart-sentinel.ts';

const NOTE = {
  kind: 'config-patch',
  status: 'ok',
  now: 1,
  entry: undefined,
  stats: { mode: 'config.patch', root: '/c' },
} as const;

async function afterRestart(bench: MethodBench): Promise<void> {
  announceRestart(bench.services);
  bench.clock.advance(750);
  await vi.waitFor(() => expect(access(join(bench.stateDir, 'restart-sentinel.json'))).rejects.toThrow('ENOENT'));
}

it('tells the conversation that asked for the restart once', async () => {
  await using bench = await openMethodBench();
  const { sessionId } = await seedSession(bench, 'agent:main:main', 0);
  await seedTalk(bench, sessionId, 'please restart');
  const sessionKey = 'agent:main:main';
  await leaveSentinel(bench.stateDir, restartSentinel({ ...NOTE, note: 'back again', sessionKey }));
  await afterRestart(bench);
  expect(bench.broadcasts).toMatchObject([
    { event: 'chat', payload: { sessionKey, state: 'final', message: { content: [{ text: 'back again' }] } } },
  ]);
  await afterRestart(bench);
  expect(bench.broadcasts).toHaveLength(1);
});

it('tells nobody when the conversation is gone', async () => {
  await using bench = await openMethodBench();
  await leaveSentinel(bench.stateDir, restartSentinel({ ...NOTE, note: 'hello', sessionKey: 'agent:main:gone' }));
  await afterRestart(bench);
  expect(bench.broadcasts).toEqual([]);
});
