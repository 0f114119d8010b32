import { expect, it } from 'vitest';
import type { PlaceFinder } from '../announce/channel-place.ts';
import { agentDelivery } from './agent-delivery.ts';
import { type MethodBench, openMethodBench } from './testing/method-bench.ts';
import { standInTelegram } from './testing/stand-in-telegram.ts';

const MAIN = 'agent:main:main';
const CLUB = 'agent:main:telegram:group:-100';

const channels: PlaceFinder = {
  find: (name) => (name === 'telegram' ? standInTelegram : undefined),
  defaultAccount: () => 'bot1',
  hasAccount: ({ accountId }) => accountId !== 'nobody',
};

async function open(): Promise<MethodBench> {
  const bench = await openMethodBench();
  const ann = { lastChannel: 'telegram', lastTo: 'telegram:4242', lastAccountId: 'bot2' };
  const club = { lastChannel: 'telegram', lastTo: 'telegram:-100', lastThreadId: '5', lastAccountId: 'bot2' };
  const { sessions } = bench.services.store;
  await sessions.upsert(MAIN, 'main', () => ({ sessionId: crypto.randomUUID(), updatedAt: 1, ...ann }));
  await sessions.upsert(CLUB, 'main', () => ({ sessionId: crypto.randomUUID(), updatedAt: 1, ...club }));
  return bench;
}

interface Asked {
  readonly deliver?: boolean;
  readonly channel?: string;
  readonly to?: string;
  readonly accountId?: string;
  readonly threadId?: string;
  readonly replyChannel?: string;
  readonly replyTo?: string;
  readonly replyAccountId?: string;
}

function ask(bench: MethodBench, more: Asked, sessionKey = MAIN) {
  const params = { message: 'do it', idempotencyKey: 'run-1', deliver: true, ...more };
  const channel = [more.replyChannel, more.channel].find((name) => name && name !== 'last' && name !== 'webchat');
  const target = { agentId: 'main', sessionKey, requestedKey: undefined, channel };
  return agentDelivery({ ...bench.services, channels: () => channels }, params, target);
}

const TELEGRAM = { channel: 'telegram' };

it.each([
  ['where the conversation was held last', {}, MAIN, { ...TELEGRAM, accountId: 'bot2', to: '4242' }],
  ['that place in so many words', { channel: 'last' }, MAIN, { ...TELEGRAM, accountId: 'bot2', to: '4242' }],
  ['the topic of a group', {}, CLUB, { ...TELEGRAM, accountId: 'bot2', to: '-100', threadId: '5' }],
  ['another person', { to: '77', channel: 'telegram' }, MAIN, { ...TELEGRAM, accountId: 'bot2', to: '77' }],
  [
    'where replies are wanted, whatever else is named',
    { to: '1', accountId: 'a', replyTo: '88', replyChannel: 'telegram', replyAccountId: 'b' },
    MAIN,
    { ...TELEGRAM, accountId: 'b', to: '88' },
  ],
  ['another topic', { threadId: '9' }, CLUB, { ...TELEGRAM, accountId: 'bot2', to: '-100', threadId: '9' }],
])('an answer goes to %s', async (_what, more, sessionKey, deliverTo) => {
  await using bench = await open();
  expect(await ask(bench, more, sessionKey)).toEqual({ deliverTo });
});

it('goes nowhere else when it is not to be delivered, or belongs to the web chat', async () => {
  await using bench = await open();
  expect(await ask(bench, { deliver: false })).toEqual({});
  expect(await ask(bench, { channel: 'webchat' })).toEqual({});
});

it.each([
  ['nobody wrote to the session yet', {}, 'agent:main:new', 'Error: Outbound not configured for channel: whatsapp'],
  ['the channel is not set up', { channel: 'signal' }, MAIN, 'Error: Outbound not configured for channel: signal'],
  [
    'the account is not set up',
    { replyAccountId: 'nobody' },
    MAIN,
    'Error: Unknown account "nobody" of channel telegram.',
  ],
  [
    'nobody says whom to write to',
    { channel: 'telegram' },
    'agent:main:new',
    'Error: Delivering to Telegram requires target <chatId>',
  ],
])('is a problem when %s', async (_why, more, sessionKey, problem) => {
  await using bench = await open();
  expect(await ask(bench, more, sessionKey)).toEqual({ problem });
});
