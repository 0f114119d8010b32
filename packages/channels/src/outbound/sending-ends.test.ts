import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import type { NewSending } from '../kernel.ts';
import { ACCOUNT, answered, type BenchOptions, openOutboundBench, request } from '../testing/outbound-bench.ts';
import type { SendingEnd } from './sending-ends.ts';

const KEY = 'agent:main:telegram:direct:4242';
const ROUTE = { to: 'telegram:4242', from: 'telegram:4242', accountId: 'default', chatType: 'direct' } as const;
const SENDING: NewSending = {
  account: ACCOUNT,
  address: { to: '4242' },
  key: 'send:1',
  text: 'Hello **Ann**',
  mirror: { sessionKey: KEY, agentId: 'main', channel: 'telegram', route: ROUTE },
};

async function open(options: BenchOptions = {}) {
  const told: SendingEnd[] = [];
  const bench = await openOutboundBench({
    settings: { streamMode: 'off' },
    listener: () => (end) => void told.push(end),
    ...options,
  });
  onTestFinished(() => bench.close());
  const said = async (sessionKey: string) => {
    const session = await bench.store.sessions.get(sessionKey);
    const entries = session === undefined ? [] : await bench.store.transcripts.tail(session.entry.sessionId, 10);
    return entries.flatMap((entry) => (entry.type === 'message' ? [entry.message] : []));
  };
  return { bench, told, said };
}

test('what was sent to a conversation stands in its session as the agent’s words, once it is delivered', async () => {
  const { bench, said } = await open();
  bench.vendor.isConnected = false;
  await bench.outbound.enqueue(SENDING);
  await bench.clock.advance(0);
  expect(await said(KEY)).toEqual([]);
  bench.vendor.isConnected = true;
  bench.outbound.wake(ACCOUNT);
  await bench.drained();
  const { clock } = bench;
  expect(await said(KEY)).toMatchObject([
    {
      role: 'assistant',
      content: [{ type: 'text', text: 'Hello **Ann**' }],
      provider: 'openclaw',
      model: 'delivery-mirror',
      timestamp: clock.now(),
    },
  ]);
  const entry = (await bench.store.sessions.get(KEY))?.entry;
  expect(entry).toMatchObject({ chatType: 'direct', origin: { provider: 'telegram', to: 'telegram:4242' } });
  // Nobody wrote from there yet, so nothing is announced there.
  expect(entry).not.toHaveProperty('lastChannel');
});

test('a session is told after a crash between the vendor’s receipt and its transcript, and only once', async () => {
  const { bench, said } = await open();
  const { rows } = await bench.store.deliveries.add([
    {
      ...ACCOUNT,
      key: 'send:1',
      partIndex: 0,
      to: '4242',
      part: { kind: 'text', text: { text: 'Hi', plain: 'Hi' } },
      mirror: { ...SENDING.mirror, text: 'Hi' },
    },
  ]);
  const id = rows[0]?.id ?? 0;
  await bench.store.deliveries.start(id);
  await bench.store.deliveries.step(id, { to: 'delivered', receipt: { messageId: '9' } });
  for (let starts = 0; starts < 2; starts += 1) {
    await bench.crash();
    await bench.outbound.recover();
    await expect.poll(() => said(KEY)).toHaveLength(1);
  }
  expect(bench.vendor.calls).toEqual([]);
});

test('files are named; a session that does not exist and has no address is told nothing', async () => {
  const { bench, said } = await open();
  await bench.store.sessions.upsert(KEY, 'main', () => ({ sessionId: crypto.randomUUID(), updatedAt: 1 }));
  const workspace = join(bench.stateDir, 'workspace');
  await mkdir(workspace, { recursive: true });
  await writeFile(join(workspace, 'cat.txt'), 'meow');
  const media = { mirror: { sessionKey: KEY, agentId: 'main' }, mediaUrls: [join(workspace, 'cat.txt')] };
  await bench.outbound.enqueue({ ...SENDING, ...media });
  await bench.outbound.enqueue({
    ...SENDING,
    key: 'send:2',
    mirror: { sessionKey: 'agent:main:new', agentId: 'main' },
  });
  await bench.drained();
  expect(await bench.store.sessions.get('agent:main:new')).toBeUndefined();
  expect(await said(KEY)).toMatchObject([{ content: [{ text: 'cat.txt' }] }]);
});

test('what a vendor refuses stands in no session, and hooks hear why', async () => {
  const { bench, told, said } = await open();
  bench.vendor.send = () => Promise.reject(new ChannelError('refused', 'chat not found'));
  await bench.outbound.enqueue(SENDING);
  await bench.drained();
  expect(await said(KEY)).toEqual([]);
  expect(told).toEqual([
    {
      ...ACCOUNT,
      to: '4242',
      content: 'Hello **Ann**',
      success: false,
      error: 'chat not found',
      sessionKey: KEY,
    },
  ]);
});

test('hooks hear of a message once, however many parts it took', async () => {
  const { bench, told } = await open({ settings: { streamMode: 'off', textChunkLimit: 12 } });
  await bench.outbound.deliver(request('run-1'), answered('first part second one'));
  await bench.drained();
  expect(bench.vendor.shown).toHaveLength(2);
  expect(told).toEqual([
    {
      ...ACCOUNT,
      to: '4242',
      content: 'first part\nsecond one',
      success: true,
      messageId: '1002',
      sessionKey: 'agent:main:main',
    },
  ]);
});

test('nothing is looked up for an answer that no hook wants to hear of', async () => {
  const { bench } = await open({ listener: () => undefined });
  let looked = 0;
  const { ofKey } = bench.store.deliveries;
  Object.assign(bench.store.deliveries, {
    ofKey: (key: string) => {
      looked += 1;
      return ofKey(key);
    },
  });
  await bench.outbound.deliver(request('run-1'), answered('Hi'));
  const before = looked;
  await bench.drained();
  expect(looked).toBe(before);
});
