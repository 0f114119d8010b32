import { expect, it } from 'vitest';
import { createPresence } from './create-presence.ts';
import { createFakeClock } from './testing/fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  return { clock, presence: createPresence({ clock, version: '1.2.3' }) };
}

it('names the gateway itself, always fresh', () => {
  const { clock, presence } = setUp();
  clock.advance(900_000);
  const [self] = presence.list();
  expect(self).toMatchObject({ mode: 'gateway', reason: 'self', version: '1.2.3', ts: clock.now() });
  expect(self?.text).toMatch(/^Gateway: .+ \(.+\) · app 1\.2\.3 · mode gateway · reason self$/);
});

it('keeps what it knows when a client leaves', () => {
  const { presence } = setUp();
  presence.update('AbC', {
    host: 'Phone',
    mode: 'ui',
    roles: ['operator'],
    scopes: ['operator.read'],
    reason: 'connect',
  });
  presence.update('abc', { reason: 'disconnect' });
  expect(presence.list().slice(1)).toEqual([
    {
      host: 'Phone',
      mode: 'ui',
      roles: ['operator'],
      scopes: ['operator.read'],
      reason: 'disconnect',
      text: 'Node: Phone · mode ui',
      ts: expect.any(Number),
    },
  ]);
});

it('merges roles and scopes and leaves empty lists out', () => {
  const { presence } = setUp();
  presence.update('n', { host: 'Box', mode: 'node', roles: ['node'], scopes: [] });
  presence.update('n', { roles: ['operator'] });
  expect(presence.list()[1]).toMatchObject({ roles: ['node', 'operator'] });
  expect(presence.list()[1]).not.toHaveProperty('scopes');
});

it('lists the newest first and forgets after five minutes', () => {
  const { clock, presence } = setUp();
  presence.update('a', { host: 'A' });
  clock.advance(200_000);
  presence.update('b', { host: 'B' });
  expect(
    presence
      .list()
      .map((entry) => entry.host)
      .slice(1),
  ).toEqual(['B', 'A']);
  clock.advance(100_001);
  expect(
    presence
      .list()
      .map((entry) => entry.host)
      .slice(1),
  ).toEqual(['B']);
});

it('holds at most 200 entries', () => {
  const { presence } = setUp();
  for (let i = 0; i < 300; i += 1) presence.update(`k${i}`, { host: `h${i}` });
  expect(presence.list()).toHaveLength(200);
  expect(presence.list()[1]?.host).toBe('h299');
});

it('raises its version with each update', () => {
  const { presence } = setUp();
  const before = presence.version;
  presence.update('a', { host: 'A' });
  presence.update('a', { reason: 'disconnect' });
  expect(presence.version).toBe(before + 2);
});
