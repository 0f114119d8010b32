import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator } from '../harness/operator.ts';

const MAX_FRAME_BYTES = 26_214_400;
const BURST = 10_000;

let home: GatewayHome;
let gateway: GatewayProcess;

beforeAll(async () => {
  home = await createHome();
  await home.writeConfig(mockConfig(home, 'http://127.0.0.1:9'));
  gateway = await startGateway(home);
});

afterAll(async () => {
  await gateway.end();
  await home.remove();
});

async function opened(): Promise<WebSocket> {
  const socket = new WebSocket(gateway.url, { maxPayload: MAX_FRAME_BYTES * 2 });
  socket.on('error', () => {});
  await once(socket, 'message');
  return socket;
}

async function closed(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = await once(socket, 'close');
  return { code: Number(code), reason: String(reason) };
}

async function alive(): Promise<void> {
  const operator = await connectOperator(gateway.url, home.token);
  expect(await operator.request('health')).toMatchObject({ ok: true });
  await operator.close();
}

it('closes on a first message that is no JSON, and on one that is no frame', async () => {
  const garbled = await opened();
  garbled.send('{"type":');
  expect(await closed(garbled)).toEqual({ code: 1000, reason: '' });
  const noFrame = await opened();
  noFrame.send('{"hello":1}');
  expect(await closed(noFrame)).toEqual({ code: 1008, reason: 'invalid request frame' });
  await alive();
});

it('reads binary messages as JSON too and answers a wrong first method with the protocol error', async () => {
  const socket = await opened();
  const answered = once(socket, 'message');
  socket.send(Buffer.from('{"type":"req","id":"1","method":"health"}'), { binary: true });
  const [data] = await answered;
  expect(JSON.parse(String(data))).toMatchObject({
    type: 'res',
    id: '1',
    ok: false,
    error: { code: 'INVALID_REQUEST' },
  });
  expect(await closed(socket)).toMatchObject({ code: 1008 });
});

it('closes a frame over the limit with 1009 before and after it, and lives on', async () => {
  const socket = await opened();
  socket.send(Buffer.alloc(MAX_FRAME_BYTES + 1, 0x20));
  expect(await closed(socket)).toEqual({ code: 1009, reason: '' });
  await alive();
});

it('survives random bytes on sockets and on HTTP', async () => {
  const sockets = await Promise.all(Array.from({ length: 20 }, opened));
  const ends = sockets.map(closed);
  for (const socket of sockets) socket.send(randomBytes(2000));
  await Promise.all(ends);
  for (const path of ['/%00', '/..%2f..%2fetc%2fpasswd', `/${'a'.repeat(5000)}`, '/avatar/../../x']) {
    expect((await fetch(gateway.httpUrl + path)).status).toBeLessThan(500);
  }
  await alive();
});

it('answers each of 10,000 requests sent in one burst', async () => {
  const operator = await connectOperator(gateway.url, home.token);
  const answers = await Promise.all(
    Array.from({ length: BURST }, (_, index) =>
      operator.request(index % 2 ? 'last-heartbeat' : 'no.such.method').catch((error: Error) => error.message),
    ),
  );
  expect(answers.filter((answer) => answer === 'unknown method: no.such.method')).toHaveLength(BURST / 2);
  expect(answers.filter((answer) => typeof answer === 'string' && answer !== 'unknown method: no.such.method')).toEqual(
    [],
  );
  await operator.close();
  await alive();
});

it('names the field, the problem and the method for bad parameters', async () => {
  const operator = await connectOperator(gateway.url, home.token);
  await expect(operator.request('chat.send', { sessionKey: 5, nope: 1 })).rejects.toThrow(
    /invalid chat\.send params: .*must have required property 'message'.*unexpected property 'nope'|invalid chat\.send params/,
  );
  await expect(operator.request('sessions.patch', {})).rejects.toThrow(
    /invalid sessions\.patch params: must have required property 'key'/,
  );
  await operator.close();
});
