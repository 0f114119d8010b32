import { invalidRequest, unavailable } from '@chela/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MethodDefinition } from '../method.ts';
import { connectRequest, openRaw, type RawClient } from '../testing/raw-client.ts';
import { newDevice, startTestGateway, TEST_TOKEN, type TestGateway } from '../testing/start-gateway.ts';

const row = (
  name: string,
  handle: MethodDefinition['handle'],
  more: Partial<MethodDefinition> = {},
): MethodDefinition => ({
  name,
  params: undefined,
  scope: 'read',
  listed: false,
  handle,
  ...more,
});

const releases: (() => void)[] = [];
const aborted: string[] = [];

const methods: readonly MethodDefinition[] = [
  row('health', async () => ({ ok: true })),
  row('last-heartbeat', async () => null),
  row(
    'agent',
    async (_params, context) => {
      context.accept({ status: 'accepted', runId: 'r' });
      return { status: 'ok', runId: 'r' };
    },
    { scope: 'write' },
  ),
  row('chat.history', async () => ({ messages: [] }), { params: 'ChatHistoryParams' }),
  row('status', async () => {
    throw new TypeError('no such table');
  }),
  row('models.list', async () => {
    throw unavailable('busy', { payload: { runId: 'r' }, details: { code: 'X' } });
  }),
  row('agents.list', async () => {
    throw invalidRequest('unknown agent');
  }),
  row('agent.wait', (_params, context) => {
    context.signal.addEventListener('abort', () => aborted.push(context.requestId));
    return new Promise((resolve) => releases.push(() => resolve({ status: 'ok' })));
  }),
  row('chela.extra', async () => 1, { listed: true, scope: 'admin' }),
];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ methods: () => methods });
});

afterAll(() => gateway[Symbol.asyncDispose]());

async function operator(scopes: readonly string[] = ['operator.admin'], role = 'operator'): Promise<RawClient> {
  const client = await openRaw(gateway.url);
  client.send(connectRequest('c', client.nonce, { auth: { token: TEST_TOKEN }, device: newDevice(), scopes, role }));
  expect(await client.response('c')).toMatchObject({ ok: true });
  return client;
}

async function ask(client: RawClient, method: string, params?: unknown) {
  const id = `${method}-${Math.random()}`;
  client.send({ type: 'req', id, method, ...(params !== undefined && { params }) });
  const { type, id: _id, ...answer } = await client.response(id);
  return answer;
}

const failure = (message: string, code = 'INVALID_REQUEST') => ({ ok: false, error: { code, message } });

describe('a request', () => {
  it('is answered with what the handler returns, null included', async () => {
    using client = await operator();
    expect(await ask(client, 'health')).toEqual({ ok: true, payload: { ok: true } });
    expect(await ask(client, 'last-heartbeat')).toEqual({ ok: true, payload: null });
  });

  it('with bad params is refused with the validation text', async () => {
    using client = await operator();
    expect(await ask(client, 'chat.history', { sessionKey: 'main', limit: 0 })).toEqual(
      failure('invalid chat.history params: at /limit: must be >= 1'),
    );
    expect(await ask(client, 'chat.history')).toEqual(
      failure("invalid chat.history params: must have required property 'sessionKey'"),
    );
  });

  it('gets two responses where the handler accepts first', async () => {
    using client = await operator();
    client.send({ type: 'req', id: 'a', method: 'agent' });
    await client.frame((frame) => frame.payload?.status === 'ok');
    expect(client.frames.filter((frame) => frame.id === 'a').map((frame) => frame.payload)).toEqual([
      { status: 'accepted', runId: 'r' },
      { status: 'ok', runId: 'r' },
    ]);
  });

  it('that fails says why', async () => {
    using client = await operator();
    expect(await ask(client, 'agents.list')).toEqual(failure('unknown agent'));
    expect(await ask(client, 'models.list')).toEqual({
      ok: false,
      payload: { runId: 'r' },
      error: { code: 'UNAVAILABLE', message: 'busy', details: { code: 'X' } },
    });
    expect(await ask(client, 'status')).toEqual(failure('TypeError: no such table', 'UNAVAILABLE'));
  });

  it('for an unknown method, a later one, or connect, is told so', async () => {
    using client = await operator();
    expect(await ask(client, 'no.such.method')).toEqual(failure('unknown method: no.such.method'));
    expect(await ask(client, 'connect', {})).toEqual(failure('connect is only valid as the first request'));
    expect(await ask(client, 'voicewake.get')).toEqual(
      failure('voicewake.get is part of the protocol, but this release of Chela does not offer it yet', 'UNAVAILABLE'),
    );
  });

  it('without the scope is refused before anything else', async () => {
    using reader = await operator(['operator.read']);
    expect(await ask(reader, 'agent')).toEqual(failure('missing scope: operator.write'));
    expect(await ask(reader, 'chat.history', {})).toMatchObject({ error: { message: /^invalid/ } });
    expect(await ask(reader, 'no.such.method')).toEqual(failure('missing scope: operator.admin'));
    expect(await ask(reader, 'voicewake.set')).toEqual(failure('missing scope: operator.write'));
    expect(await ask(reader, 'node.event')).toEqual(failure('unauthorized role: operator'));
    using node = await operator([], 'node');
    expect(await ask(node, 'health')).toEqual(failure('unauthorized role: node'));
  });

  it('does not hold up the next one', async () => {
    using client = await operator();
    client.send({ type: 'req', id: 'slow', method: 'agent.wait' });
    expect(await ask(client, 'health')).toMatchObject({ ok: true });
    for (const release of releases.splice(0)) release();
    expect(await client.response('slow')).toMatchObject({ ok: true });
  });

  it('is aborted when its connection ends', async () => {
    const client = await operator();
    client.send({ type: 'req', id: 'lost', method: 'agent.wait' });
    await ask(client, 'health');
    client.socket.terminate();
    await expect.poll(() => aborted).toContain('lost');
    for (const release of releases.splice(0)) release();
  });
});

describe('frames that are no requests', () => {
  it('are answered or ignored, and the connection stays', async () => {
    using client = await operator();
    client.send({ type: 'req', method: 'health' });
    client.send({ type: 'req', id: 'x', method: 'health', extra: 1 });
    client.send('not json');
    client.socket.send(Buffer.from([0xff, 0xfe, 0x00]));
    expect(await client.response('invalid')).toMatchObject({
      error: { code: 'INVALID_REQUEST', message: "invalid request frame: must have required property 'id'" },
    });
    expect(await client.response('x')).toMatchObject({
      error: { message: "invalid request frame: at root: unexpected property 'extra'" },
    });
    expect(await ask(client, 'health')).toMatchObject({ ok: true });
  });

  it('of more than 25 MiB close the connection 1009', async () => {
    using client = await operator();
    client.socket.send(' '.repeat(26_214_401));
    expect(await client.closed).toEqual({ code: 1009, reason: '' });
  });
});

describe('ten thousand requests at once', () => {
  it('are all answered, in order, with bounded memory', async () => {
    using client = await operator();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 10_000; i += 1) client.send({ type: 'req', id: `b${i}`, method: 'health' });
    await client.response('b9999');
    const answered = client.frames.filter((frame) => frame.id?.startsWith('b'));
    expect(answered.map((frame) => frame.id)).toEqual(Array.from({ length: 10_000 }, (_, i) => `b${i}`));
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  it('that are slow to answer run 512 at a time, and others are served meanwhile', async () => {
    using client = await operator();
    using other = await operator();
    // Bigger than a read from the socket, so that the rest waits in the kernel and not in the gateway.
    const padding = 'x'.repeat(2_000);
    for (let i = 0; i < 2_000; i += 1) {
      client.send({ type: 'req', id: `s${i}`, method: 'agent.wait', params: { padding } });
    }
    await expect.poll(() => releases.length).toBeGreaterThanOrEqual(512);
    expect(await ask(other, 'health')).toMatchObject({ ok: true });
    expect(releases.length).toBeLessThan(700);
    while (!client.frames.some((frame) => frame.id === 's1999')) {
      for (const release of releases.splice(0)) release();
      await ask(other, 'health');
    }
    expect(client.frames.filter((frame) => frame.id?.startsWith('s'))).toHaveLength(2_000);
  });
});

it('lists the contract in hello-ok, and what this gateway adds behind it', async () => {
  const client = gateway.client();
  const hello = await client.connect();
  expect(hello.features.methods.slice(0, 3)).toEqual(['health', 'logs.tail', 'channels.status']);
  expect(hello.features.methods.slice(-2)).toEqual(['chat.send', 'chela.extra']);
  expect(hello.features.methods).toHaveLength(89);
});
