import type { HookEvent } from '@chela/hooks';
import { expect, test } from 'vitest';
import type { AgentRequest } from '../runtime.ts';
import { tellReceived } from './session-hooks.ts';

const AT = Date.UTC(2026, 1, 17, 10);
const REQUEST: AgentRequest = {
  runId: 'run-1',
  source: 'channel',
  agentId: 'main',
  sessionKey: 'agent:main:telegram:group:-100:topic:5',
  requestedSessionKey: 'agent:main:telegram:group:-100:topic:5',
  text: 'hello group',
  images: [],
  channel: 'telegram',
  sender: { messageId: '108', name: '60001' },
  provenance: { kind: 'external_user', sourceChannel: 'telegram' },
  origin: { channel: 'telegram', accountId: 'bot2', to: '-100', threadId: '5', messageId: '108', chatType: 'group' },
  inbound: {
    messageId: '108',
    at: AT,
    chatType: 'group',
    chatId: 'telegram:-100',
    from: 'telegram:group:-100',
    sender: { id: '60001', name: 'Ann', username: 'ann', e164: '+15550001111' },
    history: [],
    media: [],
  },
};

function told(request: AgentRequest, heard = true): readonly HookEvent[] {
  const events: HookEvent[] = [];
  const hooks = {
    hears: () => heard,
    ring: async () => ({ messages: [], context: {} }),
    tell: (event: HookEvent) => void events.push(event),
  };
  tellReceived({ hooks }, request);
  return events;
}

test('hooks hear who wrote what and where on a channel, also of strangers', () => {
  expect(told(REQUEST)).toEqual([
    {
      type: 'message',
      action: 'received',
      sessionKey: REQUEST.sessionKey,
      context: {
        from: 'telegram:group:-100',
        content: 'hello group',
        timestamp: AT,
        channelId: 'telegram',
        accountId: 'bot2',
        conversationId: 'telegram:-100',
        messageId: '108',
        metadata: {
          to: 'telegram:-100',
          provider: 'telegram',
          surface: 'telegram',
          threadId: '5',
          senderId: '60001',
          senderName: 'Ann',
          senderUsername: 'ann',
          senderE164: '+15550001111',
        },
      },
    },
  ]);
});

test('hooks hear of the web chat without an address', () => {
  const { origin: _, inbound: __, provenance: ___, channel: ____, ...request } = REQUEST;
  expect(told({ ...request, source: 'chat.send' })).toMatchObject([
    { context: { from: '', channelId: 'webchat', messageId: '108', metadata: { senderId: '60001' } } },
  ]);
});

test('a run that a program asked for is no message, and nobody is told what nobody wants to hear', () => {
  const { origin: _, inbound: __, ...request } = REQUEST;
  expect(told({ ...request, source: 'agent' })).toEqual([]);
  expect(told(REQUEST, false)).toEqual([]);
});
