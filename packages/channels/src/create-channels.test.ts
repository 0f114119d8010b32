import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@chela/config';
import { createKnownSecrets, silentLogger, silentMetrics } from '@chela/observability';
import { expect, onTestFinished, test } from 'vitest';
import { createChannels } from './create-channels.ts';
import { createManualClock } from './testing/manual-clock.ts';
import { createStandInOutbound } from './testing/stand-in-outbound.ts';

const START = Date.parse('2026-02-17T15:00:00Z');

/** An adapter as a package of its own: the kernel finds it by its folder. */
const ADAPTER = `
const ends = new Map();
export default {
  facts: {
    id: 'toy', label: 'Toy', detailLabel: 'Toy Bot', blurb: '', aliases: ['plaything'], order: 3, systemImage: 'cube',
    chatTypes: ['direct'], can: { polls: true }, limits: { textChars: 100, mediaMb: 1, history: 5 }, dialect: 'plain',
    tables: 'code', takesIdempotencyKey: false, keepsReplyTags: false, commandsNeedOwner: false,
    actions: [{ name: 'send', isOpen: true }], login: 'token', pairingIdLabel: 'Your Toy user id',
  },
  configSchema: {},
  targets: { hint: '<id>', read: (to) => (/^toy:|^\\d/.test(to) ? { to: to.replace(/^toy:/, '') } : undefined), looksLikeId: () => true, write: ({ to }) => 'toy:' + to },
  allowlist: { readEntry: (entry) => entry, writingsOf: ({ id }) => [id] },
  qrLogin: {
    start: async ({ accountId }, { force }) => ({ message: 'scan it', qrDataUrl: 'data:' + accountId + (force ? '!' : '') }),
    wait: async (_input, { timeoutMs }) => ({ connected: timeoutMs > 10, message: 'done' }),
  },
  async readAccount({ settings }) {
    if (!settings.token) return { state: 'unconfigured', reason: 'not configured', shown: { tokenSource: 'none' } };
    return {
      state: 'ready', identity: settings.token, secrets: [settings.token], shown: { tokenSource: 'config', mode: 'polling' },
      async connect(port) {
        globalThis.toyPorts ??= [];
        let end;
        const ended = new Promise((resolve) => { end = resolve; });
        globalThis.toyPorts.push({ port, end });
        return { self: { id: 'bot' }, ended, send: async () => ({ messageId: '1' }), close: async () => end({ kind: 'closed' }) };
      },
      probe: async (timeoutMs) => (settings.token === 'slow-token' ? new Promise(() => {}) : { ok: true, elapsedMs: 1, timeoutMs }),
      logout: async () => ({ removeKeys: ['token'] }),
    };
  },
};
`;

async function open(config: Config) {
  const folder = await mkdtemp(join(tmpdir(), 'chela-channels-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'toy'));
  await writeFile(join(folder, 'toy', 'index.mjs'), ADAPTER);
  const clock = createManualClock(START);
  const outbound = createStandInOutbound();
  const notes: string[] = [];
  const channels = await createChannels({
    config: {
      paths: { homeDir: folder, stateDir: folder, configPath: join(folder, 'openclaw.json') },
      current: () => config,
      snapshot: () => {
        throw new Error('not part of these tests');
      },
      reload: async () => {
        throw new Error('not part of these tests');
      },
      onChange: () => () => {},
      close: async () => {},
    },
    env: { CHELA_CHANNEL_ADAPTERS: folder },
    store: {
      sessions: {
        get: async () => undefined,
      },
    },
    secrets: createKnownSecrets(),
    systemEvents: { add: (_key, text) => notes.push(text) },
    nativeCommands: async () => ({ own: [], skills: [] }),
    createOutbound: () => outbound,
    createInbound: () => ({ receive: async () => 'new', recover: async () => 0, close: async () => {} }),
    clock,
    logger: silentLogger(),
    metrics: silentMetrics(),
  });
  await channels.start();
  await clock.advance(0);
  return { channels, clock, outbound, notes };
}

const CONFIG: Config = { channels: { toy: { token: 'secret-token', name: 'My toy' } } };

test('the status of a channel has the members that programs know, in their order', async () => {
  const { channels } = await open(CONFIG);
  const status = await channels.status({ probe: true, timeoutMs: 4_000 });
  expect(status).toMatchObject({
    ts: START,
    channelOrder: ['toy'],
    channelLabels: { toy: 'Toy' },
    channelDetailLabels: { toy: 'Toy Bot' },
    channelSystemImages: { toy: 'cube' },
    channelMeta: [{ id: 'toy', label: 'Toy', detailLabel: 'Toy Bot', systemImage: 'cube' }],
    channelDefaultAccountId: { toy: 'default' },
  });
  expect(JSON.parse(JSON.stringify(status.channels))).toEqual({
    toy: {
      configured: true,
      tokenSource: 'config',
      mode: 'polling',
      running: true,
      lastStartAt: START,
      lastStopAt: null,
      lastError: null,
      probe: { ok: true, elapsedMs: 1, timeoutMs: 4_000 },
      lastProbeAt: START,
    },
  });
  expect(status.channelAccounts).toMatchObject({
    toy: [
      {
        accountId: 'default',
        name: 'My toy',
        enabled: true,
        configured: true,
        running: true,
        lastInboundAt: null,
        lastOutboundAt: null,
        health: { state: 'ok', connection: 'connected' },
      },
    ],
  });
});

test('a status without a probe asks no vendor', async () => {
  const { channels } = await open(CONFIG);
  const { channels: summaries } = await channels.status({ probe: false, timeoutMs: 1_000 });
  expect(summaries).toMatchObject({ toy: { lastProbeAt: null } });
  expect(JSON.stringify(summaries)).not.toContain('"probe"');
});

test('a vendor that does not answer a probe does not hold the status up', async () => {
  const { channels, clock } = await open({ channels: { toy: { token: 'slow-token' } } });
  const asked = channels.status({ probe: true, timeoutMs: 1_000 });
  await clock.advance(1_000);
  expect((await asked).channels).toMatchObject({ toy: { probe: { ok: false, error: 'no answer within 1000 ms' } } });
});

test('an account that cannot start says why; a channel that is not here is not listed', async () => {
  const { channels } = await open({ channels: { toy: {}, pigeon: { token: 'x' } } });
  const status = await channels.status({ probe: false, timeoutMs: 1_000 });
  expect(status.channelOrder).toEqual(['toy']);
  expect(status.channels).toMatchObject({ toy: { configured: false, running: false, lastError: 'not configured' } });
  expect(status.channelAccounts).toMatchObject({ toy: [{ health: { state: 'off' } }] });
});

test('without any channel every map is empty', async () => {
  const { channels } = await open({});
  expect(await channels.health({ probe: false, timeoutMs: 1 })).toEqual({
    channels: {},
    channelOrder: [],
    channelLabels: {},
  });
});

test('what waits too long for the vendor makes the account look ill', async () => {
  const { channels, clock, outbound } = await open(CONFIG);
  outbound.next = { state: 'pending', reason: 'busy' };
  const account = { channel: 'toy', accountId: 'default' };
  await outbound.enqueue({ account, address: { to: '1' }, key: 'a', text: 'x' });
  await clock.advance(61_000);
  const { channelAccounts } = await channels.status({ probe: false, timeoutMs: 1 });
  expect(channelAccounts).toMatchObject({
    toy: [{ health: { state: 'degraded', transport: { state: 'ok' }, outbound: { state: 'degraded', waiting: 1 } } }],
  });
});

test('a message is sent by the default account, and the outbox is woken when the account connects', async () => {
  const { channels, outbound } = await open(CONFIG);
  expect(outbound.woken).toEqual(['toy/default']);
  const adapter = channels.find('plaything');
  if (adapter === undefined) throw new Error('the alias is not known');
  const address = channels.address(adapter, 'toy:7');
  const end = await channels.send({ adapter, address, key: 'send:1', text: 'hi', timeoutMs: 10 });
  expect(end).toEqual({ kind: 'sent', receipt: { messageId: '100' }, address: { to: '7' } });
  expect(() => channels.address(adapter, 'nobody')).toThrow('Unknown target "nobody" for Toy. Hint: <id>');
});

test('a logout stops the account and names what the configuration must forget', async () => {
  const { channels } = await open(CONFIG);
  expect(await channels.logout({ channel: 'toy', accountId: 'default' })).toEqual({
    accountId: 'default',
    cleared: true,
    envToken: false,
    loggedOut: true,
    removePaths: [['channels', 'toy', 'token']],
  });
  expect(channels.connections.views()[0]?.state.kind).toBe('stopped');
});

test('an account that stops for good leaves a note in the main session', async () => {
  const { channels, clock, notes } = await open(CONFIG);
  channels.connections.revoked({ channel: 'toy', accountId: 'default' }, '401 Unauthorized');
  await clock.advance(0);
  expect(notes).toEqual([
    expect.stringContaining('Toy account "default" stopped: its credential was refused (401 Unauthorized)'),
  ]);
  const { channelAccounts } = await channels.status({ probe: false, timeoutMs: 1 });
  expect(channelAccounts).toMatchObject({ toy: [{ health: { state: 'down', auth: { state: 'down' } } }] });
});

test('an account that is being linked by a code is closed until the phone has read it', async () => {
  const { channels, clock } = await open(CONFIG);
  const linking = channels.linkAccount(undefined);
  const state = (): string | undefined => channels.connections.views('toy')[0]?.state.kind;
  expect(state()).toBe('connected');
  expect(await linking?.start({ force: true, timeoutMs: 1 })).toEqual({
    message: 'scan it',
    qrDataUrl: 'data:default!',
  });
  expect(state()).toBe('stopped');
  expect(await linking?.wait({ timeoutMs: 10 })).toEqual({ connected: false, message: 'done' });
  expect(state()).toBe('stopped');
  expect(await linking?.wait({ timeoutMs: 11 })).toMatchObject({ connected: true });
  await clock.advance(0);
  expect(state()).toBe('connected');
});
