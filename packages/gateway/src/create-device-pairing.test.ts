import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@chela/observability';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDevicePairing } from './create-device-pairing.ts';
import type { DevicePairing } from './device-pairing.ts';
import { createFakeClock, type FakeClock } from './testing/fake-clock.ts';

let stateDir: string;
let clock: FakeClock;
let devices: DevicePairing;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'chela-devices-'));
  clock = createFakeClock();
  devices = createDevicePairing({ stateDir, clock, logger: silentLogger() });
});

afterEach(() => rm(stateDir, { recursive: true, force: true }));

const onDisk = async (name: string) => JSON.parse(await readFile(join(stateDir, 'devices', name), 'utf8'));

const ask = (scopes: readonly string[], extra: object = {}) =>
  devices.request({
    deviceId: 'd1',
    publicKey: 'k1',
    platform: 'linux',
    clientId: 'cli',
    clientMode: 'cli',
    role: 'operator',
    roles: ['operator'],
    scopes,
    silent: false,
    ...extra,
  });

async function pair(scopes: readonly string[] = ['operator.read'], extra: object = {}) {
  const { request } = await ask(scopes, extra);
  const device = await devices.approve(request.requestId);
  if (!device) throw new Error('not approved');
  return device;
}

it('files a request in the format of the original, readable by nobody else', async () => {
  const { request, created } = await ask(['operator.read']);
  expect(created).toBe(true);
  expect(await onDisk('pending.json')).toEqual({
    [request.requestId]: {
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      deviceId: 'd1',
      publicKey: 'k1',
      platform: 'linux',
      clientId: 'cli',
      clientMode: 'cli',
      role: 'operator',
      roles: ['operator'],
      scopes: ['operator.read'],
      silent: false,
      isRepair: false,
      ts: clock.now(),
    },
  });
  expect((await stat(join(stateDir, 'devices', 'pending.json'))).mode & 0o777).toBe(0o600);
});

it('gives a repeated request the first one, whatever it asks for now', async () => {
  const first = await ask(['operator.read']);
  const second = await ask(['operator.admin'], { silent: true });
  expect(second).toEqual({ request: first.request, created: false });
});

it('forgets a request after five minutes', async () => {
  const { request } = await ask([]);
  clock.advance(300_001);
  expect((await devices.list()).pending).toEqual([]);
  expect(await devices.approve(request.requestId)).toBeUndefined();
  expect((await ask([])).request.requestId).not.toBe(request.requestId);
});

it('pairs on approval, with a token for the role and scopes asked for', async () => {
  const device = await pair(['operator.write', 'operator.admin']);
  expect(device).toMatchObject({
    deviceId: 'd1',
    roles: ['operator'],
    scopes: ['operator.write', 'operator.admin'],
    approvedAtMs: clock.now(),
  });
  expect(device.tokens?.operator?.token).toMatch(/^[\w-]{43}$/);
  expect(device.tokens?.operator?.scopes).toEqual(['operator.admin', 'operator.write']);
  expect(Object.keys(await onDisk('paired.json'))).toEqual(['d1']);
  expect(await onDisk('pending.json')).toEqual({});
});

it('adds roles and scopes on a second approval and marks the request as a repair', async () => {
  await pair(['operator.read']);
  const { request } = await ask([], { role: 'node', roles: ['node'] });
  expect(request.isRepair).toBe(true);
  const device = await devices.approve(request.requestId);
  expect(device).toMatchObject({ roles: ['operator', 'node'], scopes: ['operator.read'] });
  expect(Object.keys(device?.tokens ?? {})).toEqual(['operator', 'node']);
});

it('removes a rejected request', async () => {
  const { request } = await ask([]);
  expect(await devices.reject(request.requestId)).toEqual(request);
  expect(await devices.reject(request.requestId)).toBeUndefined();
  expect(await devices.get('d1')).toBeUndefined();
});

it('keeps the token of a device as long as it covers what is asked', async () => {
  const device = await pair(['operator.read', 'operator.write']);
  const token = device.tokens?.operator;
  expect(await devices.ensureToken('d1', 'operator', ['operator.read'])).toEqual(token);
  const wider = await devices.ensureToken('d1', 'operator', ['operator.admin']);
  expect(wider?.token).not.toBe(token?.token);
  expect(wider).toMatchObject({ scopes: ['operator.admin'], rotatedAtMs: clock.now() });
  expect(await devices.ensureToken('stranger', 'operator', [])).toBeUndefined();
});

it('accepts a token for its device, role and scopes only', async () => {
  const device = await pair(['operator.read']);
  const token = device.tokens?.operator?.token ?? '';
  const check = (change: object) =>
    devices.verifyToken({ deviceId: 'd1', token, role: 'operator', scopes: ['operator.read'], ...change });
  expect(await check({})).toBe(true);
  expect(await check({ scopes: [] })).toBe(true);
  expect(await check({ scopes: ['operator.admin'] })).toBe(false);
  expect(await check({ role: 'node' })).toBe(false);
  expect(await check({ deviceId: 'd2' })).toBe(false);
  expect(await check({ token: `${token}x` })).toBe(false);
  expect((await devices.get('d1'))?.tokens?.operator?.lastUsedAtMs).toBe(clock.now());
});

it('stops the old token at once when it is rotated or revoked', async () => {
  const device = await pair(['operator.read']);
  const old = device.tokens?.operator?.token ?? '';
  const valid = (token: string) => devices.verifyToken({ deviceId: 'd1', token, role: 'operator', scopes: [] });
  const rotated = await devices.rotateToken('d1', 'operator', ['operator.write']);
  expect(rotated).toMatchObject({ scopes: ['operator.write'], rotatedAtMs: clock.now() });
  expect((await devices.get('d1'))?.scopes).toEqual(['operator.write']);
  expect([await valid(old), await valid(rotated?.token ?? '')]).toEqual([false, true]);
  expect(await devices.revokeToken('d1', 'operator')).toMatchObject({ revokedAtMs: clock.now() });
  expect(await valid(rotated?.token ?? '')).toBe(false);
  expect((await devices.ensureToken('d1', 'operator', []))?.token).not.toBe(rotated?.token);
  expect(await devices.rotateToken('d2', 'operator')).toBeUndefined();
  expect(await devices.revokeToken('d1', 'node')).toBeUndefined();
});

it('refreshes what is known of a device and writes nothing when nothing changed', async () => {
  await pair(['operator.read']);
  await devices.touch('d1', { displayName: 'Phone', roles: ['operator'], scopes: ['operator.read'] });
  expect(await devices.get('d1')).toMatchObject({ displayName: 'Phone', scopes: ['operator.read'] });
  const before = await stat(join(stateDir, 'devices', 'paired.json'));
  await devices.touch('d1', { displayName: 'Phone', roles: ['operator'], scopes: [] });
  expect((await stat(join(stateDir, 'devices', 'paired.json'))).ino).toBe(before.ino);
});

it('survives a restart, sees what another process wrote and keeps what it does not understand', async () => {
  await pair(['operator.read']);
  const paired = await onDisk('paired.json');
  const foreign = { odd: { from: 'a later release' }, d1: { ...paired.d1, remark: 'mine' } };
  await writeFile(join(stateDir, 'devices', 'paired.json'), JSON.stringify(foreign));
  await devices.touch('d1', { displayName: 'Renamed' });
  expect(await onDisk('paired.json')).toMatchObject({
    odd: { from: 'a later release' },
    d1: { remark: 'mine', displayName: 'Renamed' },
  });
  const next = createDevicePairing({ stateDir, clock, logger: silentLogger() });
  expect(await next.get('d1')).toMatchObject({ displayName: 'Renamed' });
});

it('sets a broken file aside instead of overwriting it', async () => {
  await mkdir(join(stateDir, 'devices'));
  await writeFile(join(stateDir, 'devices', 'paired.json'), '{"d1": {');
  expect(await devices.get('d1')).toBeUndefined();
  await pair();
  const names = await readdir(join(stateDir, 'devices'));
  const aside = names.find((name) => name.startsWith('paired.json.broken-')) ?? '';
  expect(await readFile(join(stateDir, 'devices', aside), 'utf8')).toBe('{"d1": {');
});

it('does many things at once one after the other', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `d${index}`);
  await Promise.all(
    ids.map(async (deviceId) => {
      const { request } = await ask(['operator.read'], { deviceId });
      await devices.approve(request.requestId);
    }),
  );
  expect((await devices.list()).paired.map((device) => device.deviceId).sort()).toEqual(ids.sort());
});
