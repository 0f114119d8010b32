import type { Config } from '@chela/config';
import type { ToolOrigin } from '@chela/tools';
import { expect, test } from 'vitest';
import { openConnectionBench } from '../connections/testing/connection-bench.ts';
import type { ChannelFacts } from '../contract/facts.ts';
import { FAKE_FACTS } from '../testing/fake-adapter.ts';
import { createStandInOutbound } from '../testing/stand-in-outbound.ts';
import { createMessageActions } from './message-actions.ts';

const HERE: ToolOrigin = { channel: 'toy', accountId: 'default', to: '4242', messageId: '7' };
const flat: Partial<ChannelFacts> = { results: { placeKey: 'chatId', form: 'flat' } };

async function open(options: { readonly config?: Config; readonly facts?: Partial<ChannelFacts> } = {}) {
  const config = options.config ?? { channels: { toy: { token: 'secret-token' } } };
  const bench = openConnectionBench({ config, ...(options.facts && { facts: options.facts }) });
  const acted: unknown[] = [];
  bench.channel.extra = {
    async act(action, params) {
      acted.push([action, params]);
      return { ok: true, did: action };
    },
    directory: async (kind) =>
      kind === 'groups'
        ? [{ kind: 'group', id: '#book', name: 'Book Club' }]
        : [{ kind: 'user', id: '77', handle: '@ann' }],
  };
  await bench.start();
  const outbound = createStandInOutbound();
  const messages = createMessageActions({
    config: { current: () => config },
    catalog: bench.catalog,
    connections: bench.connections,
    outbound: () => outbound,
    mediaDir: '/nowhere',
  });
  const perform = (
    params: Readonly<Record<string, unknown>>,
    origin: ToolOrigin | undefined = HERE,
    sessionKey = 'agent:main:main',
  ) =>
    messages.perform({
      action: String(params.action ?? 'send'),
      params,
      origin,
      agentId: 'main',
      sessionKey,
      runId: 'run-1',
      callId: 'call-1',
      signal: new AbortController().signal,
    });
  return { bench, outbound, messages, acted, perform };
}

test('a send goes to its target once, whatever becomes of the process, and names the message', async () => {
  const { outbound, perform } = await open({ facts: flat });
  expect(await perform({ target: '5551', message: 'A *cat*', media: 'https://example.com/cat.png' })).toEqual({
    ok: true,
    messageId: '100',
    chatId: '5551',
  });
  expect(outbound.sendings).toMatchObject([
    {
      account: { channel: 'toy', accountId: 'default' },
      address: { to: '5551' },
      key: 'tool:run-1:call-1',
      text: 'A *cat*',
      mediaUrls: ['https://example.com/cat.png'],
    },
  ]);
});

test('a send without a target goes to the conversation, one of a sub-agent does not', async () => {
  const { outbound, perform } = await open();
  expect(await perform({ message: 'hi' })).toEqual({
    channel: 'toy',
    to: '4242',
    via: 'direct',
    mediaUrl: null,
    result: { channel: 'toy', messageId: '100' },
  });
  expect(outbound.sendings[0]?.address).toEqual({ to: '4242' });
  await expect(perform({ message: 'hi' }, HERE, 'agent:main:subagent:x')).rejects.toThrow(
    'Action send requires a target.',
  );
  await expect(perform({ message: 'hi' }, {})).rejects.toThrow('Action send requires a target.');
});

test.each([
  ['a target that is no id', { target: 'nobody', message: 'x' }, 'Unknown target "nobody" for Toy. Hint: <id>'],
  ['an edit without a target', { action: 'edit', messageId: '1', message: 'x' }, 'to required'],
  [
    'an action that the channel does not have',
    { action: 'ban', userId: '1' },
    'Action ban is not supported for provider toy.',
  ],
  [
    'an action that is switched off',
    { action: 'pin', target: '1', messageId: '1' },
    'Action pin is not supported for provider toy.',
  ],
  ['a channel that is not there', { channel: 'pigeon', target: '1', message: 'x' }, 'Unknown channel: pigeon'],
  ['nothing to say', { target: '1' }, 'message required'],
  [
    'an unknown account',
    { target: '1', message: 'x', accountId: 'nobody' },
    'Unknown account "nobody" of channel toy.',
  ],
])('%s is refused', async (_, params, message) => {
  const { outbound, perform } = await open();
  await expect(perform(params)).rejects.toThrow(message);
  expect(outbound.sendings).toEqual([]);
});

test('a name is looked up in the directory of the channel', async () => {
  const { outbound, perform } = await open();
  await perform({ target: 'Book Club', message: 'hello' });
  await perform({ target: '@ann', message: 'hello' });
  expect(outbound.sendings.map(({ address }) => address.to)).toEqual(['#book', '77']);
});

test('without any channel the tool says so', async () => {
  const { perform, messages } = await open({ config: {} });
  await expect(perform({ target: '1', message: 'x' }, {})).rejects.toThrow(
    'Channel is required (no configured channels detected).',
  );
  expect(messages.actions(undefined)).toEqual([]);
});

test('a reaction goes to the message that is being answered', async () => {
  const { acted, perform } = await open();
  expect(await perform({ action: 'react', emoji: '👍' })).toEqual({ ok: true, did: 'react' });
  expect(acted).toEqual([['react', { action: 'react', emoji: '👍', to: '4242', messageId: '7' }]]);
});

test.each([
  [
    'off',
    'Toy agent reactions disabled (reactionLevel="off"). Set channels.toy.reactionLevel to "minimal" or "extensive" to enable.',
  ],
  [
    'ack',
    'Toy agent reactions disabled (reactionLevel="ack"). Set channels.toy.reactionLevel to "minimal" or "extensive" to enable.',
  ],
  ['minimal', undefined],
  [undefined, undefined],
])('at reactionLevel %s an agent reacts as it says', async (reactionLevel, problem) => {
  const config = { channels: { toy: { token: 'secret-token', ...(reactionLevel && { reactionLevel }) } } };
  const { acted, perform } = await open({ config, facts: { hasReactionLevel: true } });
  const reaction = perform({ action: 'react', emoji: '👍' });
  if (problem === undefined) expect(await reaction).toMatchObject({ ok: true });
  else await expect(reaction).rejects.toThrow(problem);
  expect(acted).toHaveLength(problem === undefined ? 1 : 0);
});

test('the gates of the settings open and close actions', async () => {
  const actions = { reactions: false, pins: true };
  const { messages } = await open({ config: { channels: { toy: { token: 'secret-token', actions } } } });
  expect(messages.actions('toy')).toEqual(['send', 'edit', 'pin']);
  expect(messages.actions(undefined)).toEqual(['send', 'edit', 'pin']);
});

test('a dry run says what it would do and does nothing', async () => {
  const { outbound, perform } = await open();
  expect(await perform({ target: '5551', message: 'x', dryRun: true })).toEqual({
    channel: 'toy',
    to: '5551',
    via: 'direct',
    mediaUrl: null,
    dryRun: true,
  });
  await expect(perform({ target: '5551', dryRun: true })).rejects.toThrow('message required');
  expect(await perform({ action: 'react', emoji: '👍', dryRun: true })).toEqual({
    ok: true,
    dryRun: true,
    channel: 'toy',
    action: 'react',
  });
  expect(outbound.sendings).toEqual([]);
});

test('a place is told with the name of the channel where the contract does so', async () => {
  const { perform } = await open({ facts: { results: { form: 'flat', namesChannel: true } } });
  expect(await perform({ target: '5551', message: 'x', dryRun: true })).toMatchObject({ to: 'toy:5551' });
});

test('a broadcast to all channels goes to each of them', async () => {
  const { perform } = await open();
  expect(await perform({ action: 'broadcast', channel: 'all', targets: ['1'], message: 'x' })).toMatchObject({
    ok: true,
    results: [{ channel: 'toy', to: '1', ok: true }],
  });
  const none = await open({ config: {} });
  await expect(none.perform({ action: 'broadcast', channel: 'all', targets: ['1'], message: 'x' })).rejects.toThrow(
    'at least one configured channel',
  );
});

test('from another channel nothing is sent unless the configuration allows it', async () => {
  const other: ToolOrigin = { channel: 'irc', accountId: 'default', to: '#claw' };
  const closed = await open();
  await expect(closed.perform({ channel: 'toy', target: '1', message: 'x' }, other)).rejects.toThrow(
    'Cross-context messaging denied: action=send target provider "toy" while bound to "irc".',
  );
  const tools = { message: { crossContext: { allowAcrossProviders: true, allowWithinProvider: false } } };
  const opened = await open({ config: { channels: { toy: { token: 'secret-token' } }, tools } });
  expect(await opened.perform({ channel: 'toy', target: '1', message: 'x' }, other)).toMatchObject({ channel: 'toy' });
  await expect(opened.perform({ target: '1', message: 'x' })).rejects.toThrow('while bound to "4242" (channel=toy)');
});

test('a setting of older releases opens every place; one call writes to several unless that is switched off', async () => {
  const channels = { toy: { token: 'secret-token' } };
  const old = await open({ config: { channels, tools: { message: { allowCrossContextSend: true } } } });
  const elsewhere: ToolOrigin = { channel: 'irc', accountId: 'default', to: '#claw' };
  expect(await old.perform({ channel: 'toy', target: '1', message: 'x' }, elsewhere)).toMatchObject({ channel: 'toy' });
  const quiet = await open({ config: { channels, tools: { message: { broadcast: { enabled: false } } } } });
  await expect(quiet.perform({ action: 'broadcast', targets: ['1', '2'], message: 'x' })).rejects.toThrow(
    'Broadcast is disabled. Set tools.message.broadcast.enabled to true.',
  );
  expect(quiet.outbound.sendings).toEqual([]);
});

test('the session of another conversation is told what was sent there, the own one knows', async () => {
  const config = { channels: { toy: { token: 'secret-token' } }, session: { dmScope: 'per-channel-peer' } } as const;
  const { outbound, perform } = await open({ config });
  const own = 'agent:main:toy:direct:4242';
  await perform({ target: '5551', message: 'to another' }, HERE, own);
  await perform({ message: 'here' }, HERE, own);
  expect(outbound.sendings.map(({ mirror }) => mirror)).toEqual([
    {
      sessionKey: 'agent:main:toy:direct:5551',
      agentId: 'main',
      channel: 'toy',
      route: { to: 'toy:5551', from: 'toy:5551', accountId: 'default', chatType: 'direct' },
    },
    undefined,
  ]);
});

test('a vendor that refuses is quoted; one that is slow keeps the message in the outbox', async () => {
  const { outbound, perform } = await open();
  outbound.next = { state: 'dead', reason: 'Toy send failed: chat not found' };
  await expect(perform({ target: '1', message: 'x' })).rejects.toThrow('Toy send failed: chat not found');
  outbound.next = { state: 'pending', reason: 'Too Many Requests: retry after 90' };
  expect(await perform({ target: '1', message: 'x' })).toMatchObject({
    queued: true,
    note: expect.stringContaining('retry after 90'),
  });
});

test('polls are checked before they are sent', async () => {
  const facts = { actions: [{ name: 'poll', isOpen: true }] };
  const { outbound, perform } = await open({ facts });
  const poll = { action: 'poll', target: '1', pollQuestion: 'Lunch?' };
  await expect(perform({ ...poll, pollOption: ['Pizza'] })).rejects.toThrow('pollOption requires at least two values');
  const asked = { ...poll, pollOption: ['Pizza', 'Sushi'] };
  await expect(perform({ ...asked, pollDurationHours: 1, pollDurationSeconds: 60 })).rejects.toThrow(
    'mutually exclusive',
  );
  await perform({ ...asked, pollMulti: true, pollDurationHours: 1 });
  await perform({ ...asked, pollDurationSeconds: '120', pollPublic: true });
  const shown = { kind: 'poll', question: 'Lunch?', options: ['Pizza', 'Sushi'] };
  expect(outbound.sendings.flatMap(({ parts = [] }) => parts)).toEqual([
    { ...shown, maxSelections: 2, durationSeconds: 3600 },
    { ...shown, maxSelections: 1, durationSeconds: 120, isAnonymous: false },
  ]);
});

test.each([
  [{ pollDurationHours: 1 }, 'Toy poll durationHours is not supported. Use durationSeconds (5-600) instead.'],
  [{ pollDurationSeconds: 3 }, 'Toy poll durationSeconds must be between 5 and 600'],
  [{ pollOption: ['a', 'b', 'c', 'd'] }, 'Poll supports at most 3 options'],
])('a poll that the vendor would not show is refused: %o', async (params, message) => {
  const limits = { ...FAKE_FACTS.limits, pollOptions: 3, pollSeconds: { min: 5, max: 600 } };
  const { outbound, perform } = await open({ facts: { actions: [{ name: 'poll', isOpen: true }], limits } });
  const poll = { action: 'poll', target: '1', pollQuestion: 'Lunch?', pollOption: ['a', 'b'], ...params };
  for (const dryRun of [true, false]) await expect(perform({ ...poll, dryRun })).rejects.toThrow(message);
  expect(outbound.sendings).toEqual([]);
});

test('a channel without actions of its own says that it knows none', async () => {
  const { perform } = await open({ facts: { actions: [{ name: 'send', isOpen: true }] } });
  await expect(perform({ action: 'react', target: '1', messageId: '1' })).rejects.toThrow(
    'Message action react not supported for channel toy.',
  );
  await expect(perform({ action: 'poll', target: '1' })).rejects.toThrow('Unsupported poll channel: toy');
});

test('an edit is formatted for the channel', async () => {
  const { outbound, perform } = await open({ facts: { dialect: 'telegram-html' } });
  await perform({ action: 'edit', target: '5551', messageId: '640', message: 'new **text** & <b>' });
  expect(outbound.sendings[0]?.parts).toMatchObject([
    { kind: 'edit', messageId: '640', text: { text: 'new <b>text</b> &amp; &lt;b&gt;' } },
  ]);
});

test('a broadcast tells of each target', async () => {
  const facts = { actions: [{ name: 'broadcast', isOpen: true }] };
  const { perform } = await open({ facts });
  expect(await perform({ action: 'broadcast', targets: ['1', 'nobody'], message: 'x' })).toMatchObject({
    ok: false,
    results: [
      { to: '1', ok: true },
      { to: 'nobody', ok: false, error: 'Unknown target "nobody" for Toy. Hint: <id>' },
    ],
  });
});

test('a send is refused where the settings close it', async () => {
  const actions = [{ name: 'send', gate: 'sendMessage', isOpen: true }];
  const config = { channels: { toy: { token: 'secret-token', actions: { sendMessage: false } } } };
  const { outbound, perform } = await open({ config, facts: { actions } });
  await expect(perform({ target: '5551', message: 'x' })).rejects.toThrow('Toy sendMessage is disabled.');
  expect(outbound.sendings).toEqual([]);
});
