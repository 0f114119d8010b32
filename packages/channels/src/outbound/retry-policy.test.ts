import { describe, expect, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import { afterFailure, retrySettings } from './retry-policy.ts';

/** Reference channels/framework.md §17, channels/telegram.md §1. */

const NOW = 1_000_000;
const row = {
  part: { kind: 'text', text: { text: 'x', plain: 'x' } },
  failures: 0,
  bestEffort: false,
  createdAt: NOW,
  isAnswer: true,
  takesIdempotencyKey: false,
} as const;
const moment = (retry: object = {}, random = 0.5) => ({ settings: retrySettings({ retry }), now: NOW, random });
const unreachable = new ChannelError('unreachable', 'nobody there');

test('settings that are missing or nonsense are the contract’s', () => {
  const usual = { attempts: 3, minDelayMs: 400, maxDelayMs: 30_000, jitter: 0.1 };
  expect(retrySettings({})).toEqual(usual);
  expect(retrySettings({ retry: { attempts: 'many', minDelayMs: -1 } })).toEqual(usual);
  expect(retrySettings({ retry: { attempts: 0, minDelayMs: 50, maxDelayMs: 10, jitter: 7 } })).toEqual({
    attempts: 1,
    minDelayMs: 50,
    maxDelayMs: 50,
    jitter: 1,
  });
});

describe('a send that did not leave is tried again', () => {
  test.each([
    [0, 0.5, 400],
    [1, 0.5, 800],
    [1, 0, 720],
    [1, 1, 880],
    [0, 0, 400],
  ])('after %i failures and with the dice at %f in %i ms', (failures, random, delayMs) => {
    const step = afterFailure({ ...row, failures }, unreachable, moment({}, random));
    expect(step).toMatchObject({ to: 'pending', readyAt: NOW + delayMs, failures: failures + 1 });
  });

  test('slower once its attempts are used up, and then no more', () => {
    const steps = [2, 3, 4, 5, 6].map((failures) => afterFailure({ ...row, failures }, unreachable, moment()));
    expect(steps.slice(0, 4)).toMatchObject(
      [5_000, 25_000, 120_000, 600_000].map((wait) => ({ to: 'pending', readyAt: NOW + wait })),
    );
    expect(steps[4]).toMatchObject({ to: 'dead', reason: 'nobody there' });
  });

  test('never later than the longest pause that is set', () => {
    const step = afterFailure({ ...row, failures: 3 }, unreachable, moment({ attempts: 9, maxDelayMs: 1_000 }));
    expect(step).toMatchObject({ readyAt: NOW + 1_000 });
  });

  test('not at all when one attempt was all that was wanted', () => {
    expect(afterFailure({ ...row, bestEffort: true }, unreachable, moment())).toMatchObject({ to: 'dead' });
  });
});

test('a vendor that says when to come back is obeyed without counting, within reason', () => {
  const busy = (retryAfterMs: number) =>
    afterFailure(row, new ChannelError('busy', '429', { retryAfterMs }), moment({}, 0));
  expect(busy(3_000)).toEqual({ to: 'pending', readyAt: NOW + 3_000, reason: '429' });
  expect(busy(1)).toMatchObject({ readyAt: NOW + 400 });
  expect(busy(1e9)).toMatchObject({ readyAt: NOW + 60 * 60_000 });
});
