import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createDeviceIdentity, signaturePayload, verifySignature } from '../device-identity.ts';
import type { ConnectParams } from '../frames.ts';
import { GatewayClosedError, GatewayRequestError, GatewayTimeoutError } from './errors.ts';
import { createGatewayClient, type GatewayClient } from './gateway-client.ts';

interface Frame {
  readonly id: string;
  readonly method: string;
  readonly params: ConnectParams;
}

const HELLO = { type: 'hello-ok', protocol: 3, server: { version: 'x', connId: 'c' }, snapshot: {} };
const CLIENT = { id: 'cli', mode: 'cli', version: '1', platform: 'linux' } as const;

const servers: WebSocketServer[] = [];
const clients: GatewayClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) server.close();
});

type Answer = (frame: Frame, socket: WebSocket, reply: (body: object) => void) => void;

/** A gateway that greets and answers as the test says; `connect` gets hello-ok unless the test answers it. */
async function fakeGateway(answer: Answer, options: { readonly challenge?: boolean } = {}): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  servers.push(server);
  server.on('connection', (socket) => {
    if (options.challenge ?? true) {
      socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n-1', ts: 1 } }));
    }
    socket.on('message', (data) => {
      const frame: Frame = JSON.parse(data.toString());
      answer(frame, socket, (body) => socket.send(JSON.stringify({ type: 'res', id: frame.id, ...body })));
    });
  });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake gateway has no port');
  return `ws://127.0.0.1:${address.port}`;
}

function client(url: string, options: object = {}): GatewayClient {
  const made = createGatewayClient({ url, client: CLIENT, token: 't', ...options });
  clients.push(made);
  return made;
}

const welcome: Answer = (frame, _socket, reply) => {
  if (frame.method === 'connect') reply({ ok: true, payload: HELLO });
};

it('signs the challenge with its device and resolves with hello-ok', async () => {
  const device = createDeviceIdentity();
  const seen = Promise.withResolvers<ConnectParams>();
  const url = await fakeGateway((frame, socket, reply) => {
    seen.resolve(frame.params);
    welcome(frame, socket, reply);
  });
  expect(await client(url, { device, scopes: ['operator.read'] }).connect()).toEqual(HELLO);
  const params = await seen.promise;
  expect(params).toMatchObject({ role: 'operator', scopes: ['operator.read'], auth: { token: 't' } });
  const signed = params.device;
  const payload = signaturePayload({
    deviceId: device.deviceId,
    clientId: 'cli',
    clientMode: 'cli',
    role: 'operator',
    scopes: ['operator.read'],
    signedAtMs: signed?.signedAt ?? 0,
    token: 't',
    nonce: 'n-1',
  });
  expect(verifySignature(signed?.publicKey ?? '', payload, signed?.signature ?? '')).toBe(true);
});

it('connects without a nonce when no challenge comes', async () => {
  const seen = Promise.withResolvers<ConnectParams>();
  const url = await fakeGateway(
    (frame, socket, reply) => {
      seen.resolve(frame.params);
      welcome(frame, socket, reply);
    },
    { challenge: false },
  );
  await client(url, { device: createDeviceIdentity() }).connect();
  expect((await seen.promise).device?.nonce).toBeUndefined();
});

it('rejects a refused connect with the close that follows, and the refusal as its cause', async () => {
  const url = await fakeGateway((_frame, socket, reply) => {
    reply({ ok: false, error: { code: 'NOT_PAIRED', message: 'pairing required', details: { requestId: 'r' } } });
    socket.close(1008, 'pairing required');
  });
  const failure = await client(url)
    .connect()
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(GatewayClosedError);
  expect(failure).toMatchObject({
    message: 'gateway closed (1008): pairing required',
    cause: { code: 'NOT_PAIRED', details: { requestId: 'r' } },
  });
});

it('gives the second of two responses when asked to', async () => {
  const url = await fakeGateway((frame, socket, reply) => {
    welcome(frame, socket, reply);
    if (frame.method !== 'agent') return;
    reply({ ok: true, payload: { status: 'accepted', runId: 'r' } });
    reply({ ok: true, payload: { status: 'ok', runId: 'r' } });
  });
  const gateway = client(url);
  await gateway.connect();
  const accepted: unknown[] = [];
  const final = gateway.request('agent', {}, { expectFinal: true, onAccepted: (payload) => accepted.push(payload) });
  expect(await final).toEqual({ status: 'ok', runId: 'r' });
  expect(accepted).toEqual([{ status: 'accepted', runId: 'r' }]);
  expect(await gateway.request('agent', {})).toEqual({ status: 'accepted', runId: 'r' });
});

it('rejects a failed request with its code, details and payload', async () => {
  const url = await fakeGateway((frame, socket, reply) => {
    welcome(frame, socket, reply);
    if (frame.method === 'x') reply({ ok: false, payload: { a: 1 }, error: { code: 'UNAVAILABLE', message: 'no' } });
  });
  const gateway = client(url);
  await gateway.connect();
  const failure = await gateway.request('x').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(GatewayRequestError);
  expect(failure).toMatchObject({ code: 'UNAVAILABLE', message: 'no', payload: { a: 1 } });
});

it('gives up on a silent gateway', async () => {
  const url = await fakeGateway(welcome);
  const gateway = client(url);
  await gateway.connect();
  const failure = await gateway.request('x', {}, { timeoutMs: 20 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(GatewayTimeoutError);
  expect(failure).toMatchObject({ message: 'gateway timeout after 20ms' });
});

it('rejects what is waiting when the connection ends', async () => {
  const url = await fakeGateway((frame, socket, reply) => {
    welcome(frame, socket, reply);
    if (frame.method === 'x') socket.close(1012, 'service restart');
  });
  const gateway = client(url);
  await gateway.connect();
  await expect(gateway.request('x')).rejects.toThrow('gateway closed (1012): service restart');
  expect(await gateway.closed).toEqual({ code: 1012, reason: 'service restart' });
  await expect(gateway.request('x')).rejects.toBeInstanceOf(GatewayClosedError);
});

it('passes events on until the listener leaves', async () => {
  const url = await fakeGateway((frame, socket, reply) => {
    welcome(frame, socket, reply);
    if (frame.method !== 'x') return;
    socket.send(JSON.stringify({ type: 'event', event: 'tick', payload: { ts: 1 }, seq: 7 }));
    reply({ ok: true });
  });
  const gateway = client(url);
  await gateway.connect();
  const events: unknown[] = [];
  const leave = gateway.onEvent((event) => events.push(event));
  await gateway.request('x');
  leave();
  await gateway.request('x');
  expect(events).toEqual([{ type: 'event', event: 'tick', payload: { ts: 1 }, seq: 7 }]);
});

it('says when nobody listens', async () => {
  await expect(client('ws://127.0.0.1:1').connect()).rejects.toThrow('ECONNREFUSED');
});
