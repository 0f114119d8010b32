import { describe, expect, test } from 'vitest';
import { planReload } from './plan-reload.ts';

describe('what a changed configuration needs', () => {
  test.each([
    [{ ui: { seamColor: '#1' } }, { ui: { seamColor: '#2' } }, { hot: [], restart: [] }],
    [{}, { agents: { list: [{ id: 'a' }] } }, { hot: [], restart: [] }],
    [{ gateway: { reload: { mode: 'hot' } } }, { gateway: { reload: {} } }, { hot: [], restart: [] }],
    [{ gateway: { port: 1 } }, { gateway: { port: 2 } }, { hot: [], restart: ['gateway.port'] }],
    [
      { cron: { maxConcurrentRuns: 1 } },
      { cron: { maxConcurrentRuns: 2 } },
      { hot: ['cron.maxConcurrentRuns'], restart: [] },
    ],
    [
      { agents: { defaults: { heartbeat: { every: '1h' } } } },
      { agents: { defaults: { heartbeat: { every: '2h' } } } },
      { hot: ['agents.defaults.heartbeat.every'], restart: [] },
    ],
    [{}, { update: { checkOnStart: false } }, { hot: [], restart: ['update'] }],
    [
      { channels: { telegram: { enabled: true }, irc: { host: 'a' } } },
      { channels: { telegram: { enabled: false }, irc: { host: 'a' } } },
      { hot: ['channels.telegram.enabled'], restart: [] },
    ],
    [{}, { channels: { telegram: { botToken: '1:a' } } }, { hot: ['channels'], restart: [] }],
    [{ channels: { defaults: {} } }, { channels: { defaults: { groupPolicy: 'open' } } }, { hot: [], restart: [] }],
    [{ webhooksish: 1 }, {}, { hot: [], restart: ['webhooksish'] }],
  ])('from %o to %o', (previous, next, expected) => {
    expect(planReload(previous, next)).toMatchObject(expected);
  });

  test('the mode of the new configuration governs the change that brings it', () => {
    const off = { gateway: { reload: { mode: 'off' }, port: 2 } };
    expect(planReload({ gateway: { port: 1 } }, off).mode).toBe('off');
    expect(planReload(off, {}).mode).toBe('hybrid');
  });
});
