import { silentLogger, silentMetrics } from '@chela/observability';
import { expect, it } from 'vitest';
import { createBroadcast } from './create-broadcast.ts';
import { createHealthMonitor } from './create-health-monitor.ts';
import { createPresence } from './create-presence.ts';
import { createFakeClock } from './testing/fake-clock.ts';

function setUp(collect: (probe: boolean) => Promise<Readonly<Record<string, unknown>>>) {
  const broadcast = createBroadcast({ logger: silentLogger(), metrics: silentMetrics() });
  const frames: unknown[] = [];
  broadcast.attach({
    connId: 'a',
    role: 'operator',
    scopes: [],
    caps: new Set(),
    bufferedBytes: () => 0,
    send: (frame) => void frames.push(JSON.parse(frame.toString())),
    dropSlow: () => {},
  });
  const clock = createFakeClock();
  const presence = createPresence({ clock, version: '1' });
  return { frames, clock, health: createHealthMonitor({ collect, broadcast, presence, clock }) };
}

it('keeps the last snapshot and tells everybody about it', async () => {
  const { frames, health } = setUp(async (probe) => ({ ok: true, probe }));
  expect(health.last()).toBeUndefined();
  const before = health.version;
  expect(await health.refresh(true)).toEqual({ ok: true, probe: true });
  expect(health.last()).toEqual({ ok: true, probe: true });
  expect(health.version).toBe(before + 1);
  expect(frames).toEqual([
    {
      type: 'event',
      event: 'health',
      payload: { ok: true, probe: true },
      seq: 1,
      stateVersion: { presence: 1, health: before + 1 },
    },
  ]);
});

it('looks once for refreshes that overlap', async () => {
  const gate = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  let looks = 0;
  const { health } = setUp(() => {
    looks += 1;
    return gate.promise;
  });
  const both = Promise.all([health.refresh(true), health.refresh(true)]);
  gate.resolve({ ok: true });
  await both;
  expect(looks).toBe(1);
});

it('keeps the last snapshot when a look fails, and can look again', async () => {
  let fails = false;
  const { health } = setUp(async () => {
    if (fails) throw new Error('no disk');
    return { ok: true };
  });
  await health.refresh(false);
  fails = true;
  await expect(health.refresh(false)).rejects.toThrow('no disk');
  expect(health.last()).toEqual({ ok: true });
  fails = false;
  await expect(health.refresh(false)).resolves.toEqual({ ok: true });
});

it('keeps a pause after a long look, shared by all who do not wait for one', async () => {
  let looks = 0;
  const { clock, health } = setUp(async () => {
    looks += 1;
    clock.advance(50);
    return { ok: true, looks };
  });
  await health.refreshInTime(true);
  const crowd = Promise.all([health.refreshInTime(true), health.refreshInTime(true)]);
  clock.advance(999);
  expect(looks).toBe(1);
  clock.advance(1);
  const answers = await crowd;
  expect(answers).toEqual([
    { ok: true, looks: 2 },
    { ok: true, looks: 2 },
  ]);
});
