import type { ChannelFacts, Pace } from '@chela/channels/adapter';

/** About 30 messages a second, one a second to a chat, 20 a minute to a group (reference channels/telegram.md §4). */
const PACE: Pace = {
  perSecond: 30,
  perChatSecond: { messages: 1, burst: 5 },
  perGroupMinute: { messages: 20, targetPrefix: '-' },
};

/** What Telegram is (reference channels/framework.md §1, §18 and telegram.md §1, §4). */
export const facts: ChannelFacts = {
  id: 'telegram',
  label: 'Telegram',
  detailLabel: 'Telegram Bot',
  blurb: 'a bot made with @BotFather; the quickest channel to set up',
  aliases: ['tg'],
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
    buttons: true,
    media: true,
    typing: true,
    nativeCommands: true,
    blockStreaming: true,
    draftStreaming: true,
  },
  limits: {
    textChars: 4000,
    captionChars: 1024,
    pollOptions: 10,
    mediaMb: 5,
    history: 50,
    pace: PACE,
  },
  dialect: 'telegram-html',
  tables: 'code',
  takesIdempotencyKey: false,
  keepsReplyTags: false,
  commandsNeedOwner: false,
  actions: [
    { name: 'send', gate: 'sendMessage', isOpen: true },
    { name: 'react', gate: 'reactions', isOpen: true },
    { name: 'delete', gate: 'deleteMessage', isOpen: true },
    { name: 'edit', gate: 'editMessage', isOpen: true },
    { name: 'sticker', gate: 'sticker', isOpen: false },
    { name: 'sticker-search', gate: 'sticker', isOpen: false },
    { name: 'topic-create', gate: 'createForumTopic', isOpen: true },
  ],
  results: { placeKey: 'chatId', form: 'flat' },
  login: 'token',
  pairingIdLabel: 'Your Telegram user id',
};
