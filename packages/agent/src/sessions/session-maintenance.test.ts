import type { Config } from '@chela/config';
import { silentLogger } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { maintenanceSettings, rotateBytesOf } from './maintenance-settings.ts';
import { createSessionMaintenance } from './session-maintenance.ts';

const DAY_MS = 86_400_000;

describe('putting sessions away', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
  });
  afterEach(() => h.dispose());

  const add = (name: string, ageDays: number) =>
    h.store.sessions.upsert(`agent:main:${name}`, 'main', () => ({
      sessionId: `id-${name}`,
      updatedAt: h.clock.now() - ageDays * DAY_MS,
    }));
  const maintenance = (settings: object, running: readonly string[] = [], logger = silentLogger()) =>
    createSessionMaintenance({
      config: (): Config => ({ session: { maintenance: settings } }),
      sessions: h.store.sessions,
      agent: {
        ...h.runtime,
        active: () => running.map((sessionKey) => ({ runId: sessionKey, sessionKey, startedAt: 0 })),
      },
      clock: h.clock,
      logger,
    });
  const left = async () => (await h.store.sessions.list({})).rows.map(({ key }) => key.replace('agent:main:', ''));

  test('those not used for the time go, together with their transcripts; what runs stays', async () => {
    for (const [name, age] of [
      ['new', 1],
      ['old', 31],
      ['busy', 40],
    ] as const)
      await add(name, age);
    const keeper = maintenance({ mode: 'enforce' }, ['agent:main:busy']);
    expect(await keeper.round()).toEqual(['agent:main:old']);
    expect(await left()).toEqual(['new', 'busy']);
    await keeper.close();
  });

  test('an agent keeps its number of sessions, the newest', async () => {
    for (const [name, age] of [
      ['c', 3],
      ['a', 1],
      ['b', 2],
    ] as const)
      await add(name, age);
    const keeper = maintenance({ mode: 'enforce', maxEntries: 2 });
    expect(await keeper.round()).toEqual(['agent:main:c']);
    expect(await left()).toEqual(['a', 'b']);
    await keeper.close();
  });

  test('nothing goes unless it is asked for; what would go is told when it grows', async () => {
    const logger = silentLogger();
    const warned = vi.spyOn(logger, 'warn');
    await add('old', 31);
    for (const name of ['a', 'b']) await add(name, 1);
    const keeper = maintenance({ maxEntries: 1 }, [], logger);
    for (let rounds = 0; rounds < 2; rounds += 1) expect(await keeper.round()).toEqual([]);
    expect(await left()).toHaveLength(3);
    expect(warned.mock.calls).toEqual([[expect.any(String), { unused: 1, excess: 1 }]]);
    await keeper.close();
  });

  test('happens as soon as a run of their agent starts', async () => {
    await add('old', 31);
    await h.store.sessions.upsert('agent:other:old', 'other', () => ({ sessionId: 'other', updatedAt: 0 }));
    const keeper = maintenance({ mode: 'enforce' });
    h.models.script({ text: 'Hi.' });
    await h.run();
    await expect.poll(left).toEqual(['main', 'agent:other:old']);
    await keeper.close();
  });

  test('happens by itself while the program runs, and not after its end', async () => {
    await add('old', 31);
    const keeper = maintenance({ mode: 'enforce' });
    await h.clock.advance(5 * 60_000);
    await expect.poll(left).toEqual([]);
    await keeper.close();
    await add('old', 31);
    await h.clock.advance(DAY_MS);
    expect(await left()).toEqual(['old']);
  });
});

test.each([
  [{}, 30 * DAY_MS],
  [{ pruneAfter: '12h' }, DAY_MS / 2],
  [{ pruneAfter: 7 }, 7 * DAY_MS],
  [{ pruneDays: 3 }, 3 * DAY_MS],
  [{ pruneDays: 3, pruneAfter: '1d' }, DAY_MS],
])('with %j sessions stay for %i ms', (maintenance, pruneAfterMs) => {
  expect(maintenanceSettings({ session: { maintenance } })).toMatchObject({
    mode: 'warn',
    pruneAfterMs,
    maxEntries: 500,
  });
});

test.each([
  [{}, undefined],
  [{ rotateBytes: 1 }, undefined],
  [{ mode: 'enforce' }, 10_485_760],
  [{ mode: 'enforce', rotateBytes: 2_000 }, 2_000],
  [{ mode: 'enforce', rotateBytes: '2mb' }, 2_097_152],
  [{ mode: 'enforce', rotateBytes: '1.5k' }, 1_536],
])('with %j a file is rotated beyond %s bytes', (maintenance, bytes) => {
  expect(rotateBytesOf({ session: { maintenance } })).toBe(bytes);
});
