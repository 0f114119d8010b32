import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type MethodBench, openMethodBench } from '../methods/testing/method-bench.ts';
import { seedSession, seedTalk } from '../methods/testing/seeded-sessions.ts';
import { standInTelegram } from '../methods/testing/stand-in-telegram.ts';
import { type AnnounceRestartDeps, announceRestart } from './announce-restart.ts';
import { leaveSentinel, restartSentinel } from './restart-sentinel.ts';

const NOTE = {
  kind: 'config-patch',
  status: 'ok',
  now: 1,
  entry: undefined,
  stats: { mode: 'config.patch', root: '/c' },
} as const;

async function afterRestart(bench: MethodBench, more: Partial<AnnounceRestartDeps> = {}): Promise<void> {
  announceRestart({ ...bench.services, ...more });
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

describe('a chat that asked for the restart', () => {
  const CLUB = 'agent:main:telegram:group:-100';
  const inChat = { channel: 'telegram', to: 'telegram:-100', threadId: '5', accountId: 'bot2' };

  function chats() {
    const sent: unknown[] = [];
    const channels: ReturnType<AnnounceRestartDeps['channels']> = {
      find: (name) => (name === 'telegram' ? standInTelegram : undefined),
      defaultAccount: () => 'bot1',
      hasAccount: () => true,
      async send({ adapter, timeoutMs: _, ...sending }) {
        sent.push({ channel: adapter.facts.id, ...sending });
        return { kind: 'waiting', why: 'a test' };
      },
    };
    return { sent, channels: () => channels };
  }

  it('is told there what happened, and hears it in its session when it arrived', async () => {
    await using bench = await openMethodBench();
    const { sent, channels } = chats();
    const entry = { sessionId: 's', updatedAt: 1, deliveryContext: inChat };
    const stats = { mode: 'gateway.restart', root: '/c', reason: 'new keys' };
    const note = restartSentinel({ ...NOTE, kind: 'restart', note: 'Back.', sessionKey: CLUB, entry, stats });
    await leaveSentinel(bench.stateDir, note);
    await afterRestart(bench, { channels });
    expect(sent).toEqual([
      {
        channel: 'telegram',
        address: { to: '-100', threadId: '5' },
        accountId: 'bot2',
        key: 'restart:1',
        text: '⚙️ The gateway restarted (gateway.restart).\nBack.\nReason: new keys',
        agentId: 'main',
        mirrorsTarget: true,
      },
    ]);
    expect(bench.broadcasts).toEqual([]);
  });

  it.each([
    ['where its last message came from', { lastChannel: 'telegram', lastTo: 'telegram:-100' }],
    ['where its key says', {}],
  ])('is told %s when the note names no place, with or without words', async (_where, route) => {
    await using bench = await openMethodBench();
    const { sent, channels } = chats();
    await bench.services.store.sessions.upsert(CLUB, 'main', () => ({ sessionId: 's', updatedAt: 1, ...route }));
    await leaveSentinel(bench.stateDir, restartSentinel({ ...NOTE, note: undefined, sessionKey: CLUB }));
    await afterRestart(bench, { channels });
    expect(sent).toMatchObject([
      { address: { to: '-100' }, accountId: 'bot1', text: '⚙️ The gateway restarted (config.patch).' },
    ]);
  });

  it('hears of an update that failed', async () => {
    await using bench = await openMethodBench();
    const { sent, channels } = chats();
    const stats = { mode: 'git', root: '/c', reason: 'dirty' };
    const facts = { ...NOTE, kind: 'update', status: 'error', stats } as const;
    await leaveSentinel(bench.stateDir, restartSentinel({ ...facts, note: undefined, sessionKey: CLUB }));
    await afterRestart(bench, { channels });
    const [first, second] = ['⚠️ The update of the gateway failed (git).', 'Reason: dirty'];
    expect(sent).toMatchObject([{ text: `${first} Run: chela doctor --non-interactive\n${second}` }]);
  });

  it('is told under the same key by a start that follows one that ended too early', async () => {
    await using bench = await openMethodBench();
    const path = join(bench.stateDir, 'restart-sentinel.json');
    const note = restartSentinel({ ...NOTE, note: 'Back.', sessionKey: CLUB });
    const { sent, channels } = chats();
    for (const _start of [1, 2]) {
      await leaveSentinel(bench.stateDir, note);
      await afterRestart(bench, { channels });
      await expect(access(path)).rejects.toThrow('ENOENT');
    }
    expect(sent).toMatchObject([{ key: 'restart:1' }, { key: 'restart:1' }]);
  });

  it('is told in its session when its channel is gone', async () => {
    await using bench = await openMethodBench();
    const { sessionId } = await seedSession(bench, CLUB, 0);
    await seedTalk(bench, sessionId, 'please restart');
    await leaveSentinel(bench.stateDir, restartSentinel({ ...NOTE, note: 'Back.', sessionKey: CLUB }));
    await afterRestart(bench, { channels: () => undefined });
    expect(bench.broadcasts).toMatchObject([
      { payload: { sessionKey: CLUB, message: { content: [{ text: 'Back.' }] } } },
    ]);
  });
});
