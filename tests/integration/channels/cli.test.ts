import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createFakeTelegram } from '@chela/channel-lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyDifferences, readSample } from '../../../packages/cli/src/testing/sample.ts';
import { createHome, type GatewayHome, type GatewayProcess, startGateway } from '../../harness/gateway-process.ts';

/** The commands about channels, by the real executable beside a started gateway and a fake of the Bot API. */

const BIN = resolve(import.meta.dirname, '../../../apps/chela/bin/chela.mjs');
const ANN = '424242424';
const BOB = '515151515';

const telegram = createFakeTelegram();
let home: GatewayHome;
let gateway: GatewayProcess;
let root: string;
let updates = 0;

beforeAll(async () => {
  root = await telegram.start();
  home = await createHome();
  await home.writeConfig({
    gateway: { mode: 'local', bind: 'loopback', auth: { mode: 'token', token: home.token } },
    logging: { file: `${home.stateDir}/gateway.log` },
    agents: { defaults: { model: { primary: 'demo/chela' }, workspace: home.workspace, skipBootstrap: true } },
  });
  gateway = await startGateway(home, { env: { CHELA_TELEGRAM_API_ROOT: root } });
});

afterAll(async () => {
  await gateway?.end();
  await telegram.stop();
  await home?.remove();
});

async function chela(...argv: string[]) {
  const child = spawn(process.execPath, [BIN, ...argv], {
    cwd: home.home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      TZ: 'UTC',
      NO_COLOR: '1',
      HOME: home.home,
      OPENCLAW_STATE_DIR: home.stateDir,
      OPENCLAW_GATEWAY_PORT: String(gateway.port),
      CHELA_TELEGRAM_API_ROOT: root,
    },
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  const [code] = await once(child, 'close');
  return { code, ...printed };
}

const said = async (...argv: string[]): Promise<string> => (await chela(...argv)).stdout;

/** Parses what a command prints with `--json`; it must have ended well. */
async function json(...argv: string[]) {
  const { code, stdout, stderr } = await chela(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

function write(id: string, name: string, text: string): void {
  updates += 1;
  const from = { id: Number(id), is_bot: false, first_name: name, username: `${name.toLowerCase()}_writes` };
  const chat = { id: Number(id), type: 'private', first_name: name };
  const date = Math.floor(Date.now() / 1000);
  telegram.push({ update_id: updates, message: { message_id: 100_000 + updates, date, chat, from, text } });
}

const textsFor = (id: string): readonly string[] =>
  telegram.messages
    .in(id)
    .filter(({ isOurs }) => isOurs)
    .map(({ content }) => content.text);

/** Asks until it is so; each look at it is a process of its own. */
const becomes = (look: () => unknown) => expect.poll(look, { timeout: 20_000 });

describe('commands about channels, beside a gateway', () => {
  it('set an account up, which connects at once', async () => {
    expect(await said('channels', 'status')).toContain('No channels are set up');
    expect((await chela('channels', 'add', '--channel', 'telegram')).stderr).toContain('requires --token');
    const add = ['--channel', 'telegram', '--token', telegram.token, '--name', 'House bot'];
    expect(await said('channels', 'add', ...add)).toBe('Added Telegram account "default".\n');
    await becomes(() => said('channels', 'status')).toContain(
      '- Telegram default (House bot): enabled, configured, running, connected',
    );
    expect(await said('channels', 'status', '--probe')).toContain('works');
    expect(await said('channels', 'list')).toContain('- Telegram default (House bot): configured');
  });

  it.each([
    ['channels-list-json', ['channels', 'list', '--no-usage'], ['chat/discord']],
    [
      'channels-status-json',
      ['channels', 'status'],
      ['channelLabels/discord', 'channelDetailLabels/discord', 'channelSystemImages/discord', 'channels/discord'],
    ],
    ['channels-capabilities-json', ['channels', 'capabilities'], ['channels[]/probe', 'channels[]/support']],
    ['channels-logs-json', ['channels', 'logs', '--lines', '1'], ['lines[]']],
    ['message-dry-json', ['message', 'send', '--target', ANN, '--message', 'x', '--dry-run'], []],
    ['message-broadcast-dry-json', ['message', 'broadcast', '--targets', '1', '2', '--message', 'x'], []],
    ['directory-self-json', ['directory', 'self'], []],
    ['directory-peers-json', ['directory', 'peers', 'list'], []],
    ['pairing-list-json', ['pairing', 'list', 'telegram'], []],
  ])('print JSON as programs know it: %s', async (name, argv, ignored) => {
    const { stdout } = await readSample(name);
    const rest = ['channelAccounts/discord', 'channelDefaultAccountId/discord'];
    expect(keyDifferences(stdout, await json(...argv), [...ignored, ...rest])).toEqual([]);
  });

  it.each([
    ['channels-add-bad', ['channels', 'add', '--channel', 'teleprinter'], 'Unknown channel: teleprinter'],
    ['pairing-approve-bad', ['pairing', 'approve', 'telegram', 'ABCD1234'], 'request found for code: ABCD1234'],
    ['message-notarget', ['message', 'send', '--message', 'hi'], "required option '-t, --target <dest>' not specified"],
  ])('end with the code that scripts know: %s', async (name, argv, words) => {
    const { code, stderr } = await chela(...argv);
    expect(code).toBe((await readSample(name)).exitCode);
    expect(stderr).toContain(words);
  });

  it('let a stranger in and tell them so', async () => {
    write(ANN, 'Ann', 'hello');
    await becomes(() => textsFor(ANN).length).toBe(1);
    const { requests } = await json('pairing', 'list');
    expect(requests).toMatchObject([{ id: ANN, meta: { name: 'Ann', username: 'ann_writes' } }]);
    expect(await said('pairing', 'list')).toContain('Ann (@ann_writes)');
    expect(await said('doctor', '--non-interactive')).toContain('1 person waits to be let in on Telegram');
    expect(await said('pairing', 'approve', requests[0].code, '--notify')).toContain(
      `Approved telegram sender ${ANN}.`,
    );
    await becomes(() => textsFor(ANN).length).toBe(2);
    write(BOB, 'Bob', 'hello');
    await becomes(async () => (await json('pairing', 'list')).requests.length).toBe(1);
    const [{ code }] = (await json('pairing', 'list')).requests;
    expect(await said('pairing', 'reject', 'telegram', code)).toContain(`Rejected telegram sender ${BOB}.`);
    expect(await json('pairing', 'list')).toEqual({ channel: 'telegram', requests: [] });
  });

  it('send, edit, react, delete and poll', async () => {
    const sent = await json('message', 'send', '--target', ANN, '--message', 'one **bold** word');
    expect(sent).toMatchObject({ action: 'send', channel: 'telegram', dryRun: false, handledBy: 'plugin' });
    const { payload } = sent;
    expect(payload).toEqual({ ok: true, messageId: expect.any(String), chatId: ANN });
    const at = ['--target', ANN, '--message-id', payload.messageId];
    expect(textsFor(ANN).at(-1)).toBe('one bold word');
    expect(await said('message', 'edit', ...at, '--message', 'another')).toContain('✅ Edited via Telegram.');
    expect(textsFor(ANN).at(-1)).toBe('another');
    expect(await said('message', 'react', ...at, '--emoji', '👍')).toContain('✅ Reacted via Telegram.');
    expect(telegram.log.calls.some(({ method }) => method === 'setMessageReaction')).toBe(true);
    expect(await said('message', 'delete', ...at)).toContain('✅ Deleted via Telegram.');
    expect(textsFor(ANN)).not.toContain('another');
    const poll = ['--poll-question', 'Tea?', '--poll-option', 'yes', '--poll-option', 'no'];
    expect(await said('message', 'poll', '--target', ANN, ...poll)).toMatch(
      /✅ Poll sent via Telegram\. Message ID: \d+/,
    );
    const pin = await chela('message', 'pin', ...at);
    expect(pin).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Action pin is not supported for provider telegram.'),
    });
  });

  it('show a message that could not be sent, and send it again or give it up', async () => {
    telegram.missing.add(BOB);
    for (const message of ['parcel', 'letter']) {
      expect((await chela('message', 'send', '--target', BOB, '--message', message)).code).toBe(1);
    }
    const { deliveries } = await json('outbox', 'list');
    expect(deliveries).toMatchObject([
      { state: 'dead', preview: 'letter' },
      { state: 'dead', preview: 'parcel' },
    ]);
    for (const argv of [['channels', 'status'], ['health'], ['status', '--deep']]) {
      expect(await said(...argv)).toMatch(/connected,.* in:just now, out:just now,(.*)dead:2/s);
    }
    expect(await said('doctor', '--non-interactive')).toContain('2 messages could not be sent');
    telegram.missing.clear();
    const [letter, parcel] = deliveries.map(({ id }: { readonly id: number }) => String(id));
    expect(await said('outbox', 'retry', parcel)).toContain('is sent again');
    await becomes(() => textsFor(BOB)).toContain('parcel');
    expect(await said('outbox', 'drop', letter)).toContain('is given up');
    expect((await chela('outbox', 'retry', '999')).code).toBe(1);
  });

  it('say that a login is refused, and that a message needs a gateway', async () => {
    telegram.revoke();
    await becomes(() => said('health')).toContain('Telegram: down, gave up');
    expect((await said('doctor', '--non-interactive')).replaceAll(/[│\s]+/g, ' ')).toContain('refuses the bot token');
    telegram.restore();
    expect(await said('channels', 'logout')).toBe('Logged out of Telegram.\n');
    await becomes(() => said('channels', 'status')).toContain('not configured, stopped');
    expect(await said('channels', 'remove', '--channel', 'telegram', '--delete')).toContain('Deleted Telegram');
    expect(await said('channels', 'list')).toContain('Chat channels:\n- none');
    await gateway.end();
    const { code, stderr } = await chela('message', 'send', '--target', ANN, '--message', 'x');
    expect(code).toBe(1);
    expect(stderr).toContain('messages are sent by a running gateway');
    expect(stderr).toContain('Start one with');
  });
});
