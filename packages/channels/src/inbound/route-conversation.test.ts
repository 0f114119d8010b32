import type { Config } from '@chela/config';
import { describe, expect, test } from 'vitest';
import type { InboundConversation } from '../contract/inbound.ts';
import { routeConversation } from './route-conversation.ts';

/** Reference channels/framework.md §10; golden telegram/tg-073, which has no steps and so can show nothing by itself. */

const ACCOUNT = { channel: 'telegram', accountId: 'default' };
const ANN = { id: '616161', name: 'Ann' };
const CLUB = '-1000000887300';

const keyOf = (conversation: InboundConversation, config: Config = {}): string =>
  routeConversation(config, ACCOUNT, conversation, ANN).sessionKey;
const topic = (threadId: string): InboundConversation => ({
  type: 'group',
  id: CLUB,
  isForum: true,
  threadId,
  threadSuffix: `topic:${threadId}`,
  parentId: CLUB,
});

const LINKED: Config = {
  session: { dmScope: 'per-channel-peer', identityLinks: { alice: ['telegram:616161'] } },
};

test.each<[string, InboundConversation, Config, string]>([
  ['a private chat', { type: 'direct', id: '616161' }, {}, 'agent:main:main'],
  ['a linked person', { type: 'direct', id: '616161' }, LINKED, 'agent:main:telegram:direct:alice'],
  [
    'a topic of a private chat',
    { type: 'direct', id: '616161', threadId: '5', threadSuffix: 'thread:5' },
    {},
    'agent:main:main:thread:5',
  ],
  ['a group', { type: 'group', id: '-1001888' }, {}, 'agent:main:telegram:group:-1001888'],
  ['General of a forum', topic('1'), {}, `agent:main:telegram:group:${CLUB}:topic:1`],
  ['another topic', topic('99'), {}, `agent:main:telegram:group:${CLUB}:topic:99`],
])('%s has a session of its own', (_what, conversation, config, key) => {
  expect(keyOf(conversation, config)).toBe(key);
});

describe('a binding', () => {
  const bound = (id: string): Config => ({
    agents: { list: [{ id: 'main', default: true }, { id: 'ops' }] },
    bindings: [{ agentId: 'ops', match: { channel: 'telegram', peer: { kind: 'group', id } } }],
  });
  const agents = (config: Config): readonly string[] =>
    ['1', '99'].map((id) => routeConversation(config, ACCOUNT, topic(id), ANN).agentId);

  test('of a topic is for that topic alone', () => {
    expect(agents(bound(`${CLUB}:topic:99`))).toEqual(['main', 'ops']);
  });

  test('of a group is for its topics too', () => {
    expect(agents(bound(CLUB))).toEqual(['ops', 'ops']);
  });
});
