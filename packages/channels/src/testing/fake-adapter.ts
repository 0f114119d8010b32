import { type ChannelAdapter, defineChannel } from '../contract/adapter.ts';
import type { ChannelConnection } from '../contract/connection.ts';
import type { ChannelFacts } from '../contract/facts.ts';
import type { InboundMessage } from '../contract/inbound.ts';

/** A channel without a vendor, with the facts of a messenger that can do everything. */

export const FAKE_FACTS: ChannelFacts = {
  id: 'telegram',
  label: 'Telegram',
  detailLabel: 'Telegram Bot',
  blurb: 'A channel for tests.',
  aliases: [],
  order: 0,
  systemImage: 'paperplane',
  chatTypes: ['direct', 'group', 'channel', 'thread'],
  can: {
    reactions: true,
    edit: true,
    unsend: true,
    reply: true,
    threads: true,
    polls: true,
    media: true,
    typing: true,
    nativeCommands: true,
    blockStreaming: true,
    draftStreaming: true,
  },
  limits: { textChars: 4000, captionChars: 1024, mediaMb: 5, history: 50 },
  dialect: 'telegram-html',
  tables: 'code',
  takesIdempotencyKey: false,
  keepsReplyTags: false,
  commandsNeedOwner: false,
  actions: [],
  login: 'token',
  setup: [],
  pairingIdLabel: 'Your Telegram user id',
};

export function fakeAdapter(changes: Partial<ChannelFacts> = {}): ChannelAdapter {
  const facts = { ...FAKE_FACTS, ...changes };
  const plain = (entry: string): string => entry.trim().replace(/^(telegram|tg):/i, '');
  return defineChannel({
    facts,
    configSchema: { type: 'object' },
    targets: {
      hint: '<chatId>',
      read: (target) => (target === '' ? undefined : { to: plain(target) }),
      looksLikeId: (target) => /^-?\d{6,}$/.test(target),
      write: ({ to }) => `${facts.id}:${to}`,
    },
    allowlist: {
      readEntry: (entry) => (/^-?\d+$/.test(plain(entry)) ? plain(entry) : undefined),
      writingsOf: (sender) => [sender.id],
    },
    readAccount: async () => ({ state: 'unconfigured', reason: 'for tests', shown: {} }),
  });
}

/** An open account that keeps what it was asked to do. */
export function fakeConnection(changes: Partial<ChannelConnection> = {}) {
  const reactions: { readonly messageId: string; readonly emoji: string | undefined }[] = [];
  const connection: ChannelConnection = {
    self: { id: '7000000001', name: 'Clawd', username: 'clawd_bot' },
    ended: new Promise(() => undefined),
    send: async () => ({ messageId: '1' }),
    react: async (_address, messageId, emoji) => {
      reactions.push({ messageId, emoji });
    },
    close: async () => undefined,
    ...changes,
  };
  return { connection, reactions };
}

const AT = Date.UTC(2026, 1, 17, 10, 0, 0);

/** Ann writes to the bot. */
export function directMessage(changes: Partial<InboundMessage> = {}): InboundMessage {
  const sender = { id: '4242', name: 'Ann Lee', username: 'ann', ...changes.sender };
  return {
    kind: 'message',
    messageId: '7371',
    at: AT,
    conversation: { type: 'direct', id: sender.id },
    sender,
    replyTo: { to: sender.id },
    text: 'hi there',
    mention: { isDetectable: true, ofUs: false, ofOthers: false, isReplyToUs: false },
    attachments: [],
    ...changes,
  };
}

/** Ann writes to a group that the bot is in. */
export function groupMessage(changes: Partial<InboundMessage> = {}): InboundMessage {
  const id = '-1000000887201';
  return directMessage({
    conversation: { type: 'group', id, subject: 'Book Club', label: `Book Club id:${id}` },
    replyTo: { to: id },
    ...changes,
  });
}

/** The bot is named in it. */
export const NAMED: InboundMessage['mention'] = {
  isDetectable: true,
  ofUs: true,
  ofOthers: false,
  isReplyToUs: false,
};
