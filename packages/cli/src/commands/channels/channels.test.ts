import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStateHome, type StateHome } from '../../testing/state-home.ts';
import { createTestContext, type TestContext } from '../../testing/test-context.ts';

/** The commands about channels that need no gateway; tests/integration/channels/cli.test.ts has those that do. */

const GATEWAY = { mode: 'local', auth: { mode: 'token', token: 'abc' } };

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({ gateway: GATEWAY });
  cli = createTestContext({ env: state.env });
});
afterEach(() => state.remove());

/** Runs a command line; resolves with its exit code and what it said. */
async function run(...argv: string[]): Promise<{ readonly code: number; readonly said: string }> {
  cli.stdout.length = 0;
  cli.stderr.length = 0;
  const code = await cli.run(...argv);
  return { code, said: [...cli.stdout, ...cli.stderr].join('\n') };
}

const channelsOf = async (): Promise<unknown> => JSON.parse(await readFile(state.configPath, 'utf8')).channels;

describe('accounts of channels', () => {
  it('are added with flags or settings, and leave nothing behind when the last is deleted', async () => {
    expect(await run('channels', 'add')).toMatchObject({
      code: 1,
      said: expect.stringContaining('Channel is required'),
    });
    const irc = ['--set', 'host=irc.example.org', '--set', 'nick=myclaw'];
    expect((await run('channels', 'add', '--channel', 'irc', ...irc)).code).toBe(0);
    expect((await run('channels', 'add', '--channel', 'tg', '--token', '1:A', '--account', 'Work')).code).toBe(0);
    expect(await channelsOf()).toEqual({
      irc: { host: 'irc.example.org', nick: 'myclaw', enabled: true },
      telegram: { enabled: true, accounts: { work: { botToken: '1:A', enabled: true } } },
    });
    await run('channels', 'remove', '--channel', 'telegram', '--account', 'work');
    expect((await run('channels', 'list')).said).toContain(
      '- Telegram work: configured, mode:polling, token:config, disabled',
    );
    for (const how of [[], ['--delete']]) {
      expect(await run('channels', 'remove', '--channel', 'telegram', '--account', 'nope', ...how)).toEqual({
        code: 1,
        said: 'There is no Telegram account "nope".',
      });
    }
    await run('channels', 'remove', '--channel', 'telegram', '--account', 'work', '--delete');
    await run('channels', 'remove', '--channel', 'irc', '--delete');
    expect(await channelsOf()).toEqual({});
    expect((await run('channels', 'list')).said).toContain('Chat channels:\n- none');
  });

  it('are not taken away with what the others share', async () => {
    const telegram = { dmPolicy: 'allowlist', allowFrom: ['424242424'], accounts: { work: { botToken: '1:A' } } };
    await state.writeConfig({ gateway: GATEWAY, channels: { telegram } });
    await run('channels', 'remove', '--channel', 'telegram', '--account', 'work', '--delete');
    expect(await channelsOf()).toEqual({
      telegram: { dmPolicy: 'allowlist', allowFrom: ['424242424'], accounts: {} },
    });
  });
});

it('a command that could mean several channels asks which', async () => {
  const channels = { telegram: { botToken: '1:A' }, irc: { host: 'irc.example.org', nick: 'myclaw' } };
  await state.writeConfig({ gateway: GATEWAY, channels });
  const { code, said } = await run('pairing', 'list', '--json');
  expect(code).toBe(1);
  expect(said).toContain(
    'Channel required. Use --channel <channel> or pass it as the first argument (expected one of: ',
  );
  expect(JSON.parse((await run('pairing', 'list', 'irc', '--json')).said)).toEqual({ channel: 'irc', requests: [] });
  expect((await run('pairing', 'approve', 'irc')).said).toBe('Error: the code is missing: irc <code>');
});

it('the log of channels is read without a gateway, with the account of each line', async () => {
  const line = (subsystem: string, message: string): string =>
    JSON.stringify({ 0: JSON.stringify({ subsystem }), 1: message, _meta: { logLevelName: 'INFO' }, time: 'T1' });
  const file = `${state.env.HOME}/gateway.log`;
  const lines = [
    line('gateway', 'started'),
    line('gateway/channels/telegram/work', 'starting provider'),
    line('gateway/channels/irc/default', 'connected'),
    line('gateway/channelsque', 'no channel'),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  await state.writeConfig({ gateway: GATEWAY, logging: { file: '~/gateway.log' } });
  expect(await run('channels', 'logs')).toEqual({
    code: 0,
    said: [`Log file: ${file}`, 'T1 info [telegram/work] starting provider', 'T1 info [irc/default] connected'].join(
      '\n',
    ),
  });
  const { said } = await run('channels', 'logs', '--channel', 'irc', '--json');
  expect(JSON.parse(said)).toMatchObject({ file, channel: 'irc', lines: [{ message: 'connected' }] });
  expect((await run('channels', 'logs', '--channel', 'pigeon')).said).toBe('Unknown channel: pigeon');
});

it('doctor finds missing credentials, entries that match nobody, and policies that let in nobody or all', async () => {
  const channels = {
    telegram: { allowFrom: ['*', '@ann_smith'], dmPolicy: 'open', groupPolicy: 'open' },
    irc: { host: 'irc.example.org', nick: 'myclaw', groupPolicy: 'allowlist' },
  };
  await state.writeConfig({ gateway: GATEWAY, channels });
  const flat = (await run('doctor', '--non-interactive')).said.replaceAll(/[│\s]+/g, ' ');
  expect(flat).toContain('Telegram default is switched on, but not configured.');
  expect(flat).toContain('channels.telegram.allowFrom has entries that match nobody: @ann_smith.');
  expect(flat).toContain('channels.telegram.dmPolicy is open: anybody');
  expect(flat).toContain('channels.telegram.groupPolicy is open and no groups are listed');
  expect(flat).toContain('channels.irc.groupPolicy is allowlist, but groupAllowFrom and groups list nobody');
});

it('doctor has nothing to say of a channel that is set up as it comes', async () => {
  await state.writeConfig({ gateway: GATEWAY, channels: { telegram: { botToken: '1:A' } } });
  expect((await run('doctor', '--non-interactive')).said).not.toMatch(/channels\.telegram|Telegram/);
});
