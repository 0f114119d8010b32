import { createDeviceIdentity } from '@chela/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectChanges, connectRequest, openRaw, type RawFrame } from '../testing/raw-client.ts';
import { startTestGateway, TEST_TOKEN, type TestGateway } from '../testing/start-gateway.ts';

const ORIGIN_TEXT =
  'origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)';
const DEVICE_TOKEN_TEXT = 'unauthorized: device token mismatch (rotate/reissue device token)';
const REMOTE = { host: 'gw.example.com' };
const CONTROL_UI = { id: 'openclaw-control-ui', mode: 'webchat' };
const token = { token: TEST_TOKEN };
const wrong = { token: 'wrong' };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway[Symbol.asyncDispose]());

type Headers = Readonly<Record<string, string>>;

async function attempt(changes: ConnectChanges, headers: Headers = {}, at: TestGateway = gateway) {
  using client = await openRaw(at.url, headers);
  client.send(connectRequest('c', client.nonce, changes));
  const response = await client.response('c');
  return { response, close: response.ok ? undefined : await client.closed };
}

function refused(response: RawFrame, close: unknown, message: string, code = 'INVALID_REQUEST', closeCode = 1008) {
  expect(response).toMatchObject({ ok: false, error: { code, message } });
  expect(close).toEqual({ code: closeCode, reason: Buffer.from(message).subarray(0, 120).toString() });
}

describe('refusals, as recorded', () => {
  it.each<[string, ConnectChanges, Headers, string]>([
    [
      'empty params',
      { params: { minProtocol: undefined, maxProtocol: undefined, client: undefined } },
      {},
      "invalid connect params: must have required property 'minProtocol'; must have required property 'maxProtocol'; must have required property 'client'",
    ],
    ['unknown member', { params: { foo: 1 } }, {}, "invalid connect params: at root: unexpected property 'foo'"],
    [
      'unknown client id',
      { client: { id: 'nope' } },
      {},
      'invalid connect params: at /client/id: must be equal to constant; at /client/id: must match a schema in anyOf',
    ],
    ['unknown role', { role: 'bogus', auth: token, device: createDeviceIdentity() }, {}, 'invalid role'],
    ['wrong token', { auth: wrong }, {}, 'unauthorized: gateway token mismatch (provide gateway auth token)'],
    [
      'wrong token of a command line',
      { auth: wrong, client: { id: 'cli', mode: 'cli' } },
      {},
      'unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token)',
    ],
    [
      'password in token mode',
      { auth: { password: 'x' } },
      {},
      'unauthorized: gateway token missing (provide gateway auth token)',
    ],
    [
      'device without token',
      { device: createDeviceIdentity() },
      {},
      'unauthorized: gateway token missing (provide gateway auth token)',
    ],
    ['device with a wrong token', { device: createDeviceIdentity(), auth: wrong }, {}, DEVICE_TOKEN_TEXT],
    ['another nonce', { device: createDeviceIdentity(), auth: token, nonce: 'n' }, {}, 'device nonce mismatch'],
    [
      'an old signature',
      { device: createDeviceIdentity(), auth: token, skewMs: -601_000 },
      {},
      'device signature expired',
    ],
    [
      'a signature from the future',
      { device: createDeviceIdentity(), auth: token, skewMs: 601_000 },
      {},
      'device signature expired',
    ],
    [
      'another device id',
      { device: createDeviceIdentity(), auth: token, deviceChanges: { id: '00' } },
      {},
      'device identity mismatch',
    ],
    [
      'no key at all',
      { device: createDeviceIdentity(), auth: token, deviceChanges: { publicKey: 'AA' } },
      {},
      'device identity mismatch',
    ],
    [
      'a bad signature',
      { device: createDeviceIdentity(), auth: token, deviceChanges: { signature: 'AA' } },
      {},
      'device signature invalid',
    ],
    [
      'no nonce from afar',
      { device: createDeviceIdentity(), auth: token, nonce: null },
      REMOTE,
      'device nonce required',
    ],
    ['a page without origin', { client: CONTROL_UI, auth: token, device: createDeviceIdentity() }, {}, ORIGIN_TEXT],
    [
      'a foreign page',
      { client: CONTROL_UI, auth: token, device: createDeviceIdentity() },
      { origin: 'https://evil.example' },
      ORIGIN_TEXT,
    ],
    ['a sandboxed page', { client: { id: 'webchat-ui', mode: 'ui' }, auth: token }, { origin: 'null' }, ORIGIN_TEXT],
    ['a webchat without origin', { client: { mode: 'webchat' }, auth: token }, {}, ORIGIN_TEXT],
    [
      'the Control UI without device',
      { client: CONTROL_UI, auth: token },
      { origin: 'http://localhost:1' },
      'control ui requires HTTPS or localhost (secure context)',
    ],
  ])('%s', async (_name, changes, headers, message) => {
    const { response, close } = await attempt(changes, headers);
    refused(response, close, message);
  });

  it.each([
    [4, 5],
    [1, 2],
  ])('protocol %i to %i', async (minProtocol, maxProtocol) => {
    const { response, close } = await attempt({ params: { minProtocol, maxProtocol } });
    refused(response, close, 'protocol mismatch', 'INVALID_REQUEST', 1002);
    expect(response.error?.details).toEqual({ expectedProtocol: 3 });
  });

  it('neither credentials nor device', async () => {
    const { response, close } = await attempt({});
    refused(response, close, 'device identity required', 'NOT_PAIRED');
  });
});

describe('what is accepted, as recorded', () => {
  it.each<[string, ConnectChanges, Headers]>([
    ['a range around the protocol', { auth: token, params: { minProtocol: 1, maxProtocol: 9 } }, {}],
    ['a token without device', { auth: token }, {}],
    ['a node without device', { auth: token, role: 'node' }, {}],
    ['a local v1 signature', { auth: token, device: createDeviceIdentity(), nonce: null }, {}],
    ['a signature of 599 seconds ago', { auth: token, device: createDeviceIdentity(), skewMs: -599_000 }, {}],
    [
      'a page of this host',
      { client: CONTROL_UI, auth: token, device: createDeviceIdentity() },
      { origin: 'http://localhost:5173' },
    ],
    ['a tailnet name', { auth: token, device: createDeviceIdentity() }, { host: 'box.tail1.ts.net' }],
    ['a token without device from afar', { auth: token }, REMOTE],
  ])('%s', async (_name, changes, headers) => {
    const { response } = await attempt(changes, headers);
    expect(response).toMatchObject({ ok: true, payload: { type: 'hello-ok' } });
  });

  it('a program that knows us under another name, port and all', async () => {
    const host = `gw.example.com:${gateway.server.port}`;
    expect((await attempt({ auth: token }, { host })).response.ok).toBe(true);
  });

  it('a page of the name it was served under', async () => {
    const origin = `http://gw.example.com`;
    const { response } = await attempt(
      { client: CONTROL_UI, auth: token, device: createDeviceIdentity() },
      { ...REMOTE, origin },
    );
    expect(response.error?.message).toBe('pairing required');
  });
});

describe('the first message', () => {
  it.each<[string, unknown, number, string]>([
    ['text that is no JSON', 'this is not json', 1000, ''],
    ['JSON that is no request', { type: 'event', event: 'x' }, 1008, 'invalid request frame'],
    ['a request without id', { type: 'req', method: 'connect' }, 1008, 'invalid request frame'],
  ])('%s closes without an answer', async (_name, message, code, reason) => {
    using client = await openRaw(gateway.url);
    client.send(message);
    expect(await client.closed).toEqual({ code, reason });
    expect(client.frames).toHaveLength(1);
  });

  it('another method is refused', async () => {
    using client = await openRaw(gateway.url);
    client.send({ type: 'req', id: 'a', method: 'health' });
    expect(await client.closed).toEqual({ code: 1008, reason: 'invalid handshake: first request must be connect' });
    expect(client.frames[1]).toMatchObject({ id: 'a', error: { code: 'INVALID_REQUEST' } });
  });

  it('may be binary', async () => {
    using client = await openRaw(gateway.url);
    client.socket.send(Buffer.from(JSON.stringify(connectRequest('c', client.nonce, { auth: token }))));
    expect(await client.response('c')).toMatchObject({ ok: true });
  });

  it('of more than 25 MiB closes 1009', async () => {
    using client = await openRaw(gateway.url);
    client.socket.send(Buffer.alloc(26_214_401, 0x20));
    expect(await client.closed).toEqual({ code: 1009, reason: '' });
  });

  it('may be followed at once by requests, which wait for the handshake', async () => {
    using client = await openRaw(gateway.url);
    client.send(connectRequest('c', client.nonce, { auth: token, device: createDeviceIdentity() }));
    client.send({ type: 'req', id: 'next', method: 'no.such.method' });
    expect(await client.response('next')).toMatchObject({ error: { message: 'unknown method: no.such.method' } });
    expect(client.frames.map((frame) => frame.id ?? frame.event).slice(0, 2)).toEqual(['connect.challenge', 'c']);
  });
});

describe('pairing from afar', () => {
  it('waits for an operator, and then the device token alone is enough', async () => {
    const device = createDeviceIdentity();
    const wanted = { device, auth: token, scopes: ['operator.read'] };
    const events: unknown[] = [];
    const operator = gateway.client();
    await operator.connect();
    const requested = Promise.withResolvers<unknown>();
    operator.onEvent((event) => {
      events.push(event.event);
      if (event.event === 'device.pair.requested') requested.resolve(event.payload);
    });

    const first = await attempt(wanted, REMOTE);
    refused(first.response, first.close, 'pairing required', 'NOT_PAIRED');
    const again = await attempt(wanted, REMOTE);
    const details = first.response.error?.details;
    expect(again.response.error?.details).toEqual(details);
    expect(await requested.promise).toMatchObject({ ...Object(details), deviceId: device.deviceId, silent: false });
    const impatient = await attempt(wanted);
    expect(impatient.response.error?.message).toBe('pairing required');

    await gateway.devices.approve(String(Object(details).requestId));
    const paired = await attempt(wanted, REMOTE);
    expect(paired.response).toMatchObject({
      ok: true,
      payload: { auth: { role: 'operator', scopes: ['operator.read'] } },
    });
    const { deviceToken } = Object(paired.response.payload?.auth);
    const later = await attempt({ ...wanted, auth: { token: deviceToken } }, REMOTE);
    expect(later.response).toMatchObject({ ok: true, payload: { auth: { deviceToken } } });
    const greedy = await attempt({ ...wanted, auth: { token: deviceToken }, scopes: ['operator.admin'] }, REMOTE);
    refused(greedy.response, greedy.close, DEVICE_TOKEN_TEXT);
    expect(events.filter((event) => event === 'device.pair.requested')).toHaveLength(1);
  });

  it('is silent on this machine, also for more scopes and another role', async () => {
    const device = createDeviceIdentity();
    for (const [role, scopes] of [
      ['operator', ['operator.read']],
      ['operator', ['operator.admin', 'operator.read']],
      ['node', []],
    ] as const) {
      const { response } = await attempt({ device, auth: token, role, scopes });
      expect(response).toMatchObject({ ok: true, payload: { auth: { role, scopes } } });
    }
    expect(await gateway.devices.get(device.deviceId)).toMatchObject({
      roles: ['operator', 'node'],
      scopes: ['operator.read', 'operator.admin'],
    });
  });

  it('works for the same new device twice at once', async () => {
    const device = createDeviceIdentity();
    const both = await Promise.all([attempt({ device, auth: token }), attempt({ device, auth: token })]);
    expect(both.map(({ response }) => response.ok)).toEqual([true, true]);
  });
});

describe('other modes', () => {
  it('password: the password counts, in its own field', async () => {
    await using other = await startTestGateway({ gateway: { auth: { mode: 'password', password: 'pw' } } });
    const connect = (changes: ConnectChanges) => attempt(changes, {}, other);
    expect((await connect({ auth: { password: 'pw' }, device: createDeviceIdentity() })).response.ok).toBe(true);
    const bad = await connect({ auth: { password: 'nope' } });
    refused(bad.response, bad.close, 'unauthorized: gateway password mismatch (provide gateway auth password)');
    const misplaced = await connect({ auth: { token: 'pw' } });
    refused(
      misplaced.response,
      misplaced.close,
      'unauthorized: gateway password missing (provide gateway auth password)',
    );
  });

  it('none: nobody gets in', async () => {
    await using other = await startTestGateway({ gateway: {} });
    const { response, close } = await attempt({ auth: token, device: createDeviceIdentity() }, {}, other);
    refused(response, close, 'unauthorized');
  });

  it('a changed secret counts at once', async () => {
    await using other = await startTestGateway();
    other.configure({ gateway: { auth: { mode: 'token', token: 'new' } } });
    expect((await attempt({ auth: token }, {}, other)).response.ok).toBe(false);
    expect((await attempt({ auth: { token: 'new' } }, {}, other)).response.ok).toBe(true);
  });

  it('the environment fills in for a missing secret', async () => {
    await using other = await startTestGateway({ gateway: {}, env: { OPENCLAW_GATEWAY_TOKEN: 'from-env' } });
    expect((await attempt({ auth: { token: 'from-env' } }, {}, other)).response.ok).toBe(true);
  });

  it('locks out an address after too many failures, right secret or not', async () => {
    const rateLimit = { maxAttempts: 2, windowMs: 60_000, lockoutMs: 60_000, exemptLoopback: false };
    await using other = await startTestGateway({ gateway: { auth: { mode: 'token', token: TEST_TOKEN, rateLimit } } });
    const locked = 'unauthorized: too many failed authentication attempts (retry later)';
    for (const [offered, text] of [
      [{ auth: wrong }, 'token mismatch'],
      [{}, 'device identity required'],
      [{ auth: wrong }, 'too many'],
    ] as const) {
      expect((await attempt(offered, {}, other)).response.error?.message).toContain(text);
    }
    const { response, close } = await attempt({ auth: token }, {}, other);
    refused(response, close, locked);
  });

  it('a locked-out device token does not leave the shared secret to guess', async () => {
    const rateLimit = { maxAttempts: 1, exemptLoopback: false };
    await using other = await startTestGateway({ gateway: { auth: { mode: 'token', token: TEST_TOKEN, rateLimit } } });
    const device = createDeviceIdentity();
    expect((await attempt({ auth: wrong, device }, {}, other)).response.error?.message).toBe(DEVICE_TOKEN_TEXT);
    expect((await attempt({ auth: token, device }, {}, other)).response.error?.message).toContain('too many');
  });

  it('the Control UI keeps its scopes without a device where that is allowed', async () => {
    const auth = { mode: 'token', token: TEST_TOKEN } as const;
    await using other = await startTestGateway({ gateway: { auth, controlUi: { allowInsecureAuth: true } } });
    using client = await openRaw(other.url, { origin: 'http://localhost:1' });
    client.send(connectRequest('c', client.nonce, { client: CONTROL_UI, auth: token }));
    expect(await client.response('c')).toMatchObject({ ok: true });
    client.send({ type: 'req', id: 'x', method: 'no.such.method' });
    expect((await client.response('x')).error?.message).toBe('unknown method: no.such.method');
  });
});
