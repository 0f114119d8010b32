import { describe, expect, test } from 'vitest';
import { readAccount } from './account.ts';
import { allowlist } from './allowlist.ts';
import { buttonProblem } from './button-scope.ts';
import { issues } from './issues.ts';
import { readSettings } from './settings.ts';
import { targets } from './targets.ts';

const input = (settings: Record<string, unknown>, env = {}, file?: string, accountId = 'default', own = {}) => ({
  accountId,
  settings: { ...settings, ...own },
  own,
  env,
  readSecretFile: async () => file,
});

describe('the token', () => {
  test.each([
    ['the file first', input({ tokenFile: '/t', botToken: 'b' }, {}, 'from-file'), 'tokenFile', 'from-file'],
    ['then the settings', input({ botToken: 'b' }, { TELEGRAM_BOT_TOKEN: 'e' }), 'config', 'b'],
    ['then the environment', input({}, { TELEGRAM_BOT_TOKEN: 'e' }), 'env', 'e'],
    [
      "an account's own token before the section's file",
      input({ tokenFile: '/t' }, {}, 'f', 'default', { botToken: 'o' }),
      'config',
      'o',
    ],
    [
      "an account's own file before its token",
      input({}, {}, 'f', 'work', { tokenFile: '/t', botToken: 'o' }),
      'tokenFile',
      'f',
    ],
    [
      "the section's for the default account",
      input({ botToken: 'b' }, {}, undefined, 'default', { name: 'x' }),
      'config',
      'b',
    ],
  ])('%s', async (_name, given, source, token) => {
    const reading = await readAccount(given);
    expect(reading).toMatchObject({ state: 'ready', identity: token, shown: { tokenSource: source } });
  });

  test.each([
    ['a file that is missing stops the search', input({ tokenFile: '/t', botToken: 'b' }, { TELEGRAM_BOT_TOKEN: 'e' })],
    [
      'a missing file of the account stops the search',
      input({ botToken: 'b' }, {}, undefined, 'default', { tokenFile: '/t' }),
    ],
    [
      "the section's token is for the default account alone",
      input({ botToken: 'b' }, {}, undefined, 'work', { name: 'x' }),
    ],
    ['the environment is for the default account alone', input({}, { TELEGRAM_BOT_TOKEN: 'e' }, undefined, 'other')],
  ])('%s', async (_name, given) => {
    expect(await readAccount(given)).toMatchObject({ state: 'unconfigured', shown: { tokenSource: 'none' } });
  });

  test.each([
    ['config', input({ botToken: 'b' }), { removeKeys: ['botToken'] }],
    ['the environment', input({}, { TELEGRAM_BOT_TOKEN: 'e' }), { removeKeys: [], remainsIn: 'env' }],
    ['a file', input({ tokenFile: '/t' }, {}, 'f'), { removeKeys: [], remainsIn: 'file' }],
  ])('in %s: a logout forgets what is ours to forget', async (_name, given, forgotten) => {
    const reading = await readAccount(given);
    expect(reading.state === 'ready' && (await reading.logout?.())).toEqual(forgotten);
  });
});

describe('buttons', () => {
  test.each([
    [{ inlineButtons: 'off' }, '4242', /disabled/],
    [{ inlineButtons: 'dm' }, '-1001', /limited to DMs/],
    [{ inlineButtons: 'dm' }, '4242', undefined],
    [{ inlineButtons: 'group' }, '4242', /limited to groups/],
    [['inlineButtons'], '-1001', undefined],
    [['other'], '4242', /disabled/],
    [undefined, '-1001', undefined],
  ])('%j to %s', (capabilities, to, problem) => {
    const told = buttonProblem({ capabilities }, { to });
    if (problem === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(problem);
  });
});

describe('targets', () => {
  test.each([
    ['telegram:123456', { to: '123456' }],
    ['tg:123', { to: '123' }],
    ['-1001234567890', { to: '-1001234567890' }],
    ['@channel', { to: '@channel' }],
    ['https://t.me/channel', { to: '@channel' }],
    ['t.me/channel', { to: '@channel' }],
    ['channel', { to: '@channel' }],
    ['-100123:topic:7', { to: '-100123', threadId: '7' }],
    ['-100123:7', { to: '-100123', threadId: '7' }],
    ['telegram:group:-100123:topic:7', { to: '-100123', threadId: '7' }],
    ['abc', undefined],
    ['two words', undefined],
  ])('%s', (target, address) => {
    expect(targets.read(target)).toEqual(address);
  });

  test('numbers are ids from six digits on', () => {
    expect(['4242', '555666777', '-100123', '@name', 'telegram:4242', 'name'].map(targets.looksLikeId)).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});

test('allowlists name people by number', () => {
  expect(['123', 'tg:123', 'telegram: 123', '*', '@ann'].map(allowlist.readEntry)).toEqual([
    '123',
    '123',
    '123',
    '*',
    undefined,
  ]);
});

describe('settings', () => {
  test('the environment decides about address families', () => {
    const setting = { network: { autoSelectFamily: true } };
    expect(readSettings(setting, {}).network.autoSelectFamily).toBe(true);
    const variable = { OPENCLAW_TELEGRAM_DISABLE_AUTO_SELECT_FAMILY: '1' };
    expect(readSettings(setting, variable).network.autoSelectFamily).toBe(false);
  });

  test.each([
    [undefined, 'allowlist'],
    [{ inlineButtons: 'dm' }, 'dm'],
    [['inlineButtons'], 'all'],
    [['other'], 'off'],
  ])('capabilities %o allow buttons: %s', (capabilities, scope) => {
    expect(readSettings({ capabilities }, {}).inlineButtons).toBe(scope);
  });
});

describe('what an operator should mend', () => {
  const groups = { '-1001': { requireMention: false }, bookclub: {} };
  const probed = {
    bot: { canReadAllGroupMessages: false },
    audit: { groups: [{ chatId: '-1001', ok: false, status: 'left' }] },
  };

  test('privacy mode, groups that are no ids, groups without the bot', () => {
    const found = issues(input({ groups }), probed);
    expect(found.map(({ kind }) => kind)).toEqual(['intent', 'config', 'runtime']);
    expect(found.every(({ fix }) => fix !== undefined)).toBe(true);
  });

  test('nothing without a reason', () => {
    expect(issues(input({ groups: { '-1001': {} } }), { bot: { canReadAllGroupMessages: true } })).toEqual([]);
  });
});
