import { expect, it } from 'vitest';
import { connectRequest, openRaw } from '../testing/raw-client.ts';
import { newDevice, startTestGateway, TEST_TOKEN } from '../testing/start-gateway.ts';

const CHUNK = 'x'.repeat(1_000_000);
const CHUNKS_LIMIT = 100;

it('a client that never reads costs a bounded amount, is closed, and slows nobody', async () => {
  await using gateway = await startTestGateway();
  using stalled = await openRaw(gateway.url);
  stalled.send(connectRequest('c', stalled.nonce, { auth: { token: TEST_TOKEN } }));
  await stalled.response('c');
  stalled.socket.pause();
  using reader = await openRaw(gateway.url);
  reader.send(connectRequest('c', reader.nonce, { auth: { token: TEST_TOKEN } }));
  await reader.response('c');
  const arrived = (n: number) => reader.frame((frame) => frame.event === 'chat' && frame.payload?.n === n);
  let sent = 0;
  const send = async (dropIfSlow: boolean): Promise<void> => {
    gateway.broadcast.send('chat', { n: sent, text: CHUNK }, { dropIfSlow });
    await arrived(sent);
    sent += 1;
  };

  // Droppable events stop piling up early: sixty megabytes leave the stalled client connected.
  while (sent < 60) await send(true);
  expect(gateway.server.connections()).toHaveLength(2);
  // Events that may not be dropped pile up to the contract's limit, then the client goes.
  while (gateway.server.connections().length === 2 && sent < 60 + CHUNKS_LIMIT) await send(false);
  expect(gateway.server.connections()).toHaveLength(1);
  expect(sent - 60).toBeGreaterThan(45);
  expect(sent - 60).toBeLessThan(70);

  // Should it read again soon enough, it learns why.
  stalled.socket.resume();
  expect(await stalled.closed).toEqual({ code: 1008, reason: 'slow consumer' });
  expect(reader.frames.filter((frame) => frame.event === 'chat')).toHaveLength(sent);
}, 20_000);

it('a client that asks for much and reads nothing is not listened to any further', async () => {
  let answered = 0;
  const history = async () => {
    answered += 1;
    return { text: CHUNK };
  };
  const health = async () => ({ ok: true });
  const row = { params: undefined, scope: 'read', listed: true } as const;
  await using gateway = await startTestGateway({
    methods: () => [
      { ...row, name: 'chat.history', handle: history },
      { ...row, name: 'health', handle: health },
    ],
  });
  using greedy = await openRaw(gateway.url);
  greedy.send(connectRequest('c', greedy.nonce, { auth: { token: TEST_TOKEN }, device: newDevice() }));
  await greedy.response('c');
  greedy.socket.pause();
  for (let i = 0; i < 400; i += 1) greedy.send({ type: 'req', id: `h${i}`, method: 'chat.history' });
  const other = gateway.client();
  await other.connect();
  for (let i = 0; i < 200; i += 1) await other.request('health');
  expect(answered).toBeLessThan(100);

  // Once it reads, it gets everything it asked for.
  greedy.socket.resume();
  await greedy.response('h399');
  expect(answered).toBe(400);
}, 20_000);
