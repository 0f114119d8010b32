import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { connectRequest, openRaw } from '../testing/raw-client.ts';
import { newDevice, startTestGateway, TEST_TOKEN } from '../testing/start-gateway.ts';

const PHONE = { id: 'openclaw-ios', mode: 'ui', version: '2', platform: 'ios', displayName: 'Phone' } as const;

it('greets with every field of hello-ok', async () => {
  await using gateway = await startTestGateway({ env: { GIT_COMMIT: 'abc123' } });
  const device = newDevice();
  const hello = await gateway.client({ device, scopes: ['operator.write', 'operator.admin'] }).connect();
  expect(hello).toEqual({
    type: 'hello-ok',
    protocol: 3,
    server: {
      version: '0.0.0-test',
      commit: 'abc123',
      host: hostname(),
      connId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
    features: { methods: expect.any(Array), events: expect.any(Array) },
    snapshot: {
      presence: [
        expect.objectContaining({ mode: 'gateway', reason: 'self' }),
        {
          host: 'test',
          version: '1.0.0',
          platform: 'linux',
          mode: 'test',
          deviceId: device.deviceId,
          instanceId: device.deviceId,
          roles: ['operator'],
          scopes: ['operator.write', 'operator.admin'],
          reason: 'connect',
          text: 'Node: test · mode test',
          ts: expect.any(Number),
        },
      ],
      health: { ok: true, ts: expect.any(Number) },
      stateVersion: { presence: expect.any(Number), health: expect.any(Number) },
      uptimeMs: expect.any(Number),
      configPath: `${gateway.stateDir}/openclaw.json`,
      stateDir: gateway.stateDir,
      sessionDefaults: {
        defaultAgentId: 'main',
        mainKey: 'main',
        mainSessionKey: 'agent:main:main',
        scope: 'per-sender',
      },
      authMode: 'token',
    },
    canvasHostUrl: gateway.httpUrl,
    auth: {
      deviceToken: expect.stringMatching(/^[\w-]{43}$/),
      role: 'operator',
      scopes: ['operator.admin', 'operator.write'],
      issuedAtMs: expect.any(Number),
    },
    policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: 30_000 },
  });
  expect(hello.features.events).toHaveLength(18);
});

it('gives a client without device neither scopes nor a token, and no commit when there is none', async () => {
  await using gateway = await startTestGateway();
  const client = gateway.client();
  await client.connect();
  using bare = await openRaw(gateway.url);
  bare.send(connectRequest('c', bare.nonce, { auth: { token: TEST_TOKEN }, scopes: ['operator.admin'] }));
  const hello = (await bare.response('c')).payload;
  expect(hello).not.toHaveProperty('auth');
  expect(hello?.server).not.toHaveProperty('commit');
  bare.send({ type: 'req', id: 'x', method: 'health' });
  expect((await bare.response('x')).error?.message).toBe('missing scope: operator.read');
});

it('looks at health after a client connected, without asking vendors, and tells everybody', async () => {
  const probes: boolean[] = [];
  await using gateway = await startTestGateway({
    collect: async (probe) => {
      probes.push(probe);
      return { ok: true, probe };
    },
  });
  const client = gateway.client();
  const event = Promise.withResolvers<unknown>();
  client.onEvent((incoming) => {
    if (incoming.event === 'health') event.resolve(incoming);
  });
  const hello = await client.connect();
  expect(hello.snapshot.health).toEqual({ ok: true, probe: false });
  expect(await event.promise).toMatchObject({
    payload: { ok: true, probe: false },
    seq: 1,
    stateVersion: { health: hello.snapshot.stateVersion.health + 1 },
  });
  expect(probes).toEqual([false, false]);
});

it('connects clients even when health cannot be collected', async () => {
  await using gateway = await startTestGateway({ collect: () => Promise.reject(new Error('no disk')) });
  expect((await gateway.client().connect()).snapshot.health).toEqual({});
});

it('says who left, once for those who leave together', async () => {
  await using gateway = await startTestGateway();
  const stays = gateway.client();
  await stays.connect();
  const phones = [1, 2, 3].map((n) => gateway.client({ client: { ...PHONE, displayName: `Phone ${n}` } }));
  await Promise.all(phones.map((phone) => phone.connect()));
  const notices: unknown[] = [];
  const told = Promise.withResolvers<void>();
  stays.onEvent((event) => {
    if (event.event !== 'presence') return;
    notices.push(event.payload);
    told.resolve();
  });
  await Promise.all(phones.map((phone) => phone.close()));
  await told.promise;
  const left = Object(notices[0]).presence.filter((entry: { reason: string }) => entry.reason === 'disconnect');
  expect(left.map((entry: { host: string }) => entry.host).sort()).toEqual(['Phone 1', 'Phone 2', 'Phone 3']);
});

it('does not track command lines', async () => {
  await using gateway = await startTestGateway();
  const client = gateway.client({ client: { id: 'cli', mode: 'cli', version: '1', platform: 'linux' } });
  expect((await client.connect()).snapshot.presence).toHaveLength(1);
});

it('ticks every thirty seconds and looks at its health every sixty', async () => {
  const clock = createFakeClock(Date.now());
  let looks = 0;
  await using gateway = await startTestGateway({
    clock,
    collect: async () => {
      looks += 1;
      return { ok: true };
    },
  });
  const client = gateway.client();
  await client.connect();
  const ticks: unknown[] = [];
  client.onEvent((event) => {
    if (event.event === 'tick') ticks.push(event.payload);
  });
  await expect.poll(() => looks).toBe(2);
  clock.advance(30_000);
  const first = clock.now();
  await expect.poll(() => ticks).toEqual([{ ts: first }]);
  clock.advance(30_000);
  await expect.poll(() => ticks).toEqual([{ ts: first }, { ts: first + 30_000 }]);
  await expect.poll(() => looks).toBe(3);
});

it('closes a silent socket after ten seconds with 1000', async () => {
  const clock = createFakeClock(Date.now());
  await using gateway = await startTestGateway({ clock });
  using client = await openRaw(gateway.url);
  clock.advance(9_999);
  expect(client.socket.readyState).toBe(client.socket.OPEN);
  clock.advance(1);
  expect(await client.closed).toEqual({ code: 1000, reason: '' });
});

it.each([
  ['stop', 'gateway stopping', null],
  ['restart', 'gateway restarting', 1_500],
] as const)('says goodbye on %s: a shutdown event, then 1012', async (reason, text, restartExpectedMs) => {
  await using gateway = await startTestGateway();
  const client = gateway.client();
  const events: unknown[] = [];
  client.onEvent((event) => events.push(event));
  await client.connect();
  using waiting = await openRaw(gateway.url);
  await gateway.server.close(reason);
  expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' });
  expect(await waiting.closed).toEqual({ code: 1012, reason: 'service restart' });
  expect(events.at(-1)).toMatchObject({ event: 'shutdown', payload: { reason: text, restartExpectedMs } });
  await expect(openRaw(gateway.url)).rejects.toThrow('ECONNREFUSED');
});

it('stops even when a client does not answer', async () => {
  const clock = createFakeClock(Date.now());
  await using gateway = await startTestGateway({ clock });
  using deaf = await openRaw(gateway.url);
  deaf.socket.pause();
  const closed = gateway.server.close('stop');
  clock.advance(1_000);
  await closed;
});

it('knows who is connected', async () => {
  await using gateway = await startTestGateway();
  using waiting = await openRaw(gateway.url);
  await gateway.client({ caps: ['tool-events'] }).connect();
  expect(gateway.server.connections()).toMatchObject([{ role: 'operator', client: { id: 'test' }, isLocal: true }]);
  expect(waiting.frames).toHaveLength(1);
});
