import { silentLogger } from '@chela/observability';
import { expect, test } from 'vitest';
import { createManualClock } from '../testing/manual-clock.ts';
import type { AccountView } from './account-runner.ts';
import type { ConnectionState } from './connection-machine.ts';
import { createHealthWatch, sicknessOf } from './health-watch.ts';

const NOW = 1_000_000_000;
const MINUTE = 60_000;

const view = (state: ConnectionState, more: Partial<AccountView> = {}): AccountView => ({
  channel: 'toy',
  accountId: 'default',
  state,
  failures: 0,
  isTransportUp: true,
  shown: {},
  ...more,
});

test.each<[string, AccountView, string | undefined]>([
  ['never started', view({ kind: 'idle' }), 'stopped'],
  ['connected', view({ kind: 'connected', since: 0 }), undefined],
  [
    'its transport down for long',
    view({ kind: 'connected', since: 0 }, { isTransportUp: false, lastAliveAt: NOW - 5 * MINUTE }),
    'stuck',
  ],
  [
    'its transport just down',
    view({ kind: 'connected', since: 0 }, { isTransportUp: false, lastAliveAt: NOW - MINUTE }),
    undefined,
  ],
  ['waiting for the next try', view({ kind: 'waiting', until: NOW, reason: 'x' }, { failures: 3 }), undefined],
  ['lost ten times in a row', view({ kind: 'waiting', until: NOW, reason: 'x' }, { failures: 10 }), 'gave-up'],
  ['stopped by somebody', view({ kind: 'stopped' }), undefined],
  ['revoked', view({ kind: 'terminal', why: 'revoked', reason: 'x' }), undefined],
  ['disabled', view({ kind: 'disabled', reason: 'disabled' }), undefined],
])('an account that is %s', (_, account, sickness) => {
  expect(sicknessOf(account, NOW)).toBe(sickness);
});

function watch(channelHealthCheckMinutes?: number) {
  const clock = createManualClock(NOW);
  const restarts: number[] = [];
  const gateway = channelHealthCheckMinutes === undefined ? {} : { channelHealthCheckMinutes };
  createHealthWatch({
    config: { current: () => ({ gateway }) },
    views: () => [view({ kind: 'waiting', until: 0, reason: 'x' }, { failures: 10 })],
    restart: () => restarts.push((clock.now() - NOW) / MINUTE),
    clock,
    logger: silentLogger(),
  });
  return { clock, restarts };
}

test('one that stays ill is started anew every third look, at most three times an hour', async () => {
  const { clock, restarts } = watch();
  await clock.advance(60 * MINUTE);
  expect(restarts).toEqual([5, 15, 25]);
  await clock.advance(10 * MINUTE);
  expect(restarts).toEqual([5, 15, 25, 65]);
});

test('the interval is configured, and 0 switches it off', async () => {
  const often = watch(1);
  await often.clock.advance(5 * MINUTE);
  expect(often.restarts).toEqual([1, 3, 5]);
  const off = watch(0);
  await off.clock.advance(120 * MINUTE);
  expect(off.restarts).toEqual([]);
});
