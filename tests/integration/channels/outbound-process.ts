import telegram from '@chela/channel-telegram';
import { type ChannelConnection, createOutbound } from '@chela/channels';
import { silentLogger, silentMetrics, systemClock } from '@chela/observability';
import { createStore } from '@chela/store';

/**
 * The outbound half with a real adapter in a process of its own, to be killed: `stateDir apiRoot token [text]`. It goes
 * on with what an earlier one left, delivers the text as the answer of run `run-1`, and prints how the rows stand once
 * nothing waits any more.
 */
const [stateDir = '', apiRoot = '', botToken = '', text] = process.argv.slice(2);
const ACCOUNT = { channel: 'telegram', accountId: 'default' };
const settings = { botToken, streamMode: 'off' };

const store = await createStore({
  stateDir,
  mirror: false,
  workspaceDir: () => stateDir,
  clock: systemClock,
  logger: silentLogger(),
});
const reading = await telegram.readAccount({
  accountId: 'default',
  settings,
  env: { CHELA_TELEGRAM_API_ROOT: apiRoot },
  readSecretFile: async () => undefined,
});
if (reading.state !== 'ready') throw new Error(reading.reason);
const connection: ChannelConnection = await reading.connect({
  ...ACCOUNT,
  channel: 'telegram',
  signal: new AbortController().signal,
  logger: silentLogger(),
  clock: systemClock,
  folder: stateDir,
  receive: async () => 'new',
  alive: () => undefined,
  connected: () => undefined,
  nativeCommands: async () => [],
  ingress: async () => undefined,
});
const outbound = createOutbound({
  deliveries: store.deliveries,
  catalog: { load: async () => telegram },
  connections: { get: () => connection, revoked: () => undefined, noteOutbound: () => undefined },
  config: {
    paths: { homeDir: stateDir, stateDir, configPath: '' },
    current: () => ({}),
    snapshot: () => {
      throw new Error('not asked for here');
    },
    reload: () => Promise.reject(new Error('not asked for here')),
    onChange: () => () => undefined,
    close: async () => undefined,
  },
  settings: () => settings,
  workspaceDir: () => stateDir,
  clock: systemClock,
  logger: silentLogger(),
  metrics: silentMetrics(),
});
await outbound.recover();
if (text !== undefined) {
  const origin = { ...ACCOUNT, to: '4242', messageId: '1000', chatType: 'direct' as const };
  const session = 'agent:main:main';
  await outbound.deliver(
    {
      runId: 'run-1',
      source: 'channel',
      agentId: 'main',
      sessionKey: session,
      requestedSessionKey: session,
      text: 'hi',
      images: [],
      origin,
    },
    {
      kind: 'answered',
      payloads: [{ text, mediaUrl: null }],
      silent: false,
      meta: { durationMs: 1, aborted: false, agentMeta: { sessionId: 's', provider: 'mock', model: 'm1' } },
      startedAt: systemClock.now(),
      endedAt: systemClock.now(),
    },
  );
}
const rows = await outbound.list({ limit: 100 });
const ended = await outbound.settled(
  rows.map(({ id }) => id),
  30_000,
);
process.stdout.write(`${JSON.stringify(ended.map(({ state, receipt }) => ({ state, receipt })))}\n`);
await outbound.close();
await connection.close();
await store.close();
