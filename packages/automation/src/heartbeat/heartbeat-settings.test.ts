import { expect, test } from 'vitest';
import { durationMs, heartbeatSettings } from './heartbeat-settings.ts';

test.each([
  ['30m', 1_800_000],
  [' 2h ', 7_200_000],
  ['45', 2_700_000],
  ['1h30m', 5_400_000],
  ['0m', null],
  ['', null],
  ['soon', null],
])('the interval %o is %o ms', (raw, ms) => {
  expect(durationMs(raw)).toBe(ms);
});

test('an agent with a heartbeat of its own is the only one that has one', () => {
  const heartbeat = { every: '10m', model: 'mock/small', activeHours: { start: '08:00', end: '22:00' } };
  const config = {
    agents: {
      list: [
        { id: 'main', default: true },
        { id: 'hb', heartbeat },
      ],
    },
  };
  expect(heartbeatSettings(config, 'main')).toMatchObject({ enabled: false, everyMs: null });
  expect(heartbeatSettings(config, 'hb')).toMatchObject({ enabled: true, everyMs: 600_000, ...heartbeat });
});
