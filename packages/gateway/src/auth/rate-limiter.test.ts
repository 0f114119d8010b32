import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createRateLimiter, type RateLimitSettings } from './rate-limiter.ts';

const IP = '203.0.113.9';

function setUp(settings: RateLimitSettings | undefined) {
  const clock = createFakeClock();
  const limiter = createRateLimiter({ clock, settings: () => settings });
  const fail = (times: number, ip = IP) => {
    for (let i = 0; i < times; i += 1) limiter.failed('shared-secret', ip);
  };
  return { clock, limiter, fail, locked: (ip = IP) => limiter.lockedForMs('shared-secret', ip) };
}

it('does nothing unless it is configured', () => {
  const { fail, locked } = setUp(undefined);
  fail(50);
  expect(locked()).toBe(0);
});

it('locks at the tenth failure for five minutes by default', () => {
  const { clock, fail, locked } = setUp({});
  fail(9);
  expect(locked()).toBe(0);
  fail(1);
  expect(locked()).toBe(300_000);
  clock.advance(299_999);
  expect(locked()).toBe(1);
  clock.advance(1);
  expect(locked()).toBe(0);
});

it('forgets failures that left the window', () => {
  const { clock, fail, locked } = setUp({ maxAttempts: 2, windowMs: 1_000 });
  fail(1);
  clock.advance(1_001);
  fail(1);
  expect(locked()).toBe(0);
});

it('starts again after a success', () => {
  const { limiter, fail, locked } = setUp({ maxAttempts: 2 });
  fail(1);
  limiter.succeeded('shared-secret', IP);
  fail(1);
  expect(locked()).toBe(0);
});

it('spares loopback unless told otherwise', () => {
  const spared = setUp({ maxAttempts: 1 });
  spared.fail(3, '127.0.0.1');
  expect(spared.locked('127.0.0.1')).toBe(0);
  const strict = setUp({ maxAttempts: 1, exemptLoopback: false });
  strict.fail(1, '127.0.0.1');
  expect(strict.locked('127.0.0.1')).toBeGreaterThan(0);
});

it('keeps addresses and scopes apart', () => {
  const { limiter, fail, locked } = setUp({ maxAttempts: 1 });
  fail(1);
  expect(locked('198.51.100.1')).toBe(0);
  expect(limiter.lockedForMs('device-token', IP)).toBe(0);
});
