import { describe, expect, test } from 'vitest';
import {
  accountIds,
  accountSettings,
  configuredChannels,
  defaultAccountId,
  isAccountEnabled,
} from './account-settings.ts';

/** Reference channels/framework.md §2. */

const bound = (agentId: string, accountId?: string) => ({
  agentId,
  match: { channel: 'telegram', ...(accountId !== undefined && { accountId }) },
});

describe('the accounts of a channel', () => {
  test.each([
    ['one by its section alone', { channels: { telegram: { botToken: 'x' } } }, ['default']],
    [
      'those of `accounts`, sorted and in small letters',
      { channels: { telegram: { accounts: { Work: {}, 'a b': {} } } } },
      ['a-b', 'work'],
    ],
    [
      'those that bindings name',
      { channels: { telegram: { accounts: { work: {} } } }, bindings: [bound('ops', 'Night')] },
      ['night', 'work'],
    ],
    [
      'none by a binding for any',
      { channels: { telegram: {} }, bindings: [bound('ops', '*'), bound('ops')] },
      ['default'],
    ],
  ])('are %s', (_what, config, ids) => {
    expect(accountIds(config, 'telegram')).toEqual(ids);
  });

  const accounts = { channels: { telegram: { accounts: { work: {}, play: {} } } } };
  test.each([
    [
      'the first that the default agent is bound to',
      { ...accounts, bindings: [bound('ops', 'play'), bound('main', 'work')] },
      'work',
    ],
    ['`default` where there is one', { channels: { telegram: { accounts: { a: {}, default: {} } } } }, 'default'],
    ['the first otherwise', accounts, 'play'],
  ])('have as their default %s', (_what, config, id) => {
    expect(defaultAccountId(config, 'telegram')).toBe(id);
  });

  test('take what they do not say themselves from the section, and nested settings whole', () => {
    const telegram = {
      dmPolicy: 'open',
      groups: { '1': {}, '*': {} },
      accounts: { Work: { groups: { '2': {} }, name: 'Work bot' } },
    };
    expect(accountSettings({ channels: { telegram } }, 'telegram', 'work')).toEqual({
      dmPolicy: 'open',
      groups: { '2': {} },
      name: 'Work bot',
    });
  });

  test.each([
    ['on by default', {}, {}, true],
    ['off with the section', { enabled: false, accounts: { work: { enabled: true } } }, {}, false],
    ['off by themselves', { accounts: { work: { enabled: false } } }, {}, false],
    ['off with the plugin they were', {}, { entries: { telegram: { enabled: false } } }, false],
    ['off where plugins are denied', {}, { deny: ['telegram'] }, false],
  ])('are %s', (_what, telegram, plugins, isOn) => {
    expect(isAccountEnabled({ channels: { telegram }, plugins }, 'telegram', 'work')).toBe(isOn);
  });
});

test('what stands beside the channels is none', () => {
  expect(configuredChannels({ channels: { defaults: {}, modelByChannel: {}, irc: {} } })).toEqual(['irc']);
});
