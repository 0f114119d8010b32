import { describe, expect, test } from 'vitest';
import { validateConfig } from '../validate.ts';

/** Reference config/config.md §8, channels/telegram.md §1. */

const PATHS = { stateDir: '/state', configPath: '/state/openclaw.json', homeDir: '/home' };

async function problems(telegram: object): Promise<readonly (readonly [string, string])[]> {
  const { issues } = await validateConfig({ channels: { telegram } }, PATHS);
  return issues.map(({ path, message }) => [path, message]);
}

describe('a command of the operator', () => {
  const named = (...commands: readonly object[]) => problems({ customCommands: commands });

  test('may be written with a slash, capitals and hyphens', async () => {
    expect(await named({ command: '/Back-Up', description: 'Back up' })).toEqual([]);
  });

  test.each([
    [{ command: ' / ', description: 'x' }, 'command', 'Telegram custom command is missing a command name.'],
    [
      { command: 'so many words', description: 'x' },
      'command',
      'Telegram custom command "/so many words" is invalid (use a-z, 0-9, underscore; max 32 chars).',
    ],
    [{ command: 'a'.repeat(33), description: 'x' }, 'command', expect.stringContaining('max 32 chars')],
    [
      { command: 'backup', description: '  ' },
      'description',
      'Telegram custom command "/backup" is missing a description.',
    ],
  ])('%j is refused where it stands', async (command, key, message) => {
    expect(await named({ command: 'fine', description: 'x' }, command)).toEqual([
      [`channels.telegram.customCommands.1.${key}`, message],
    ]);
  });

  test('that comes twice is one', async () => {
    const twice = { command: 'backup', description: 'Back up' };
    expect(await named(twice, twice)).toEqual([]);
  });
});

describe('a webhook', () => {
  const webhookUrl = 'https://bot.example/hook';

  test('needs a secret, which an account may inherit', async () => {
    expect((await problems({ webhookUrl })).map(([path]) => path)).toEqual(['channels.telegram.webhookSecret']);
    expect(await problems({ webhookUrl, webhookSecret: 's3cret' })).toEqual([]);
    const inherited = { webhookSecret: 's3cret', accounts: { two: { webhookUrl } } };
    expect(await problems(inherited)).toEqual([]);
  });

  test('of an account without any is refused', async () => {
    const [problem] = await problems({ accounts: { two: { webhookUrl } } });
    expect(problem?.[0]).toBe('channels.telegram.accounts.two.webhookSecret');
  });
});

test.each(['off', 'ack', 'minimal', 'extensive'])('reactionLevel %s is known', async (reactionLevel) => {
  expect(await problems({ reactionLevel })).toEqual([]);
});

test('an open door for everybody must say so', async () => {
  expect((await problems({ dmPolicy: 'open', allowFrom: ['1'] })).map(([path]) => path)).toEqual([
    'channels.telegram.allowFrom',
  ]);
  expect((await problems({ nonsense: true }))[0]?.[0]).toMatch(/^channels\.telegram/);
});
