import type { OutboundAddress, TargetSyntax } from '@chela/channels/adapter';

const PREFIX = /^(telegram|tg):(group:)?/i;
const LINK = /^(?:https?:\/\/)?t\.me\/([a-z0-9_]+)\/?$/i;
/** `<chat>:topic:<id>`, and in short `<chat>:<id>`. */
const WITH_TOPIC = /^(-?\d+|@[a-z0-9_]+)(?::topic)?:(\d+)$/i;
const CHAT_ID = /^-?\d+$/;
/** Names of Telegram have at least five characters. */
const NAME = /^@?([a-z][a-z0-9_]{4,})$/i;
/** Shorter numbers of people are more likely something else. */
const MIN_ID_DIGITS = 6;

/** How targets are written (reference channels/telegram.md §6). */
export const targets: TargetSyntax = {
  hint: '<chatId>',
  read(target) {
    const plain = withoutPrefix(target);
    const topic = WITH_TOPIC.exec(plain);
    if (topic?.[1] && topic[2]) return { to: topic[1], threadId: topic[2] };
    if (CHAT_ID.test(plain)) return { to: plain };
    const name = LINK.exec(plain)?.[1] ?? NAME.exec(plain)?.[1];
    return name === undefined ? undefined : { to: `@${name}` };
  },
  looksLikeId(target) {
    const plain = withoutPrefix(target);
    if (PREFIX.test(target.trim())) return targets.read(target) !== undefined;
    const id = WITH_TOPIC.exec(plain)?.[1] ?? plain;
    if (id.startsWith('@') || LINK.test(id)) return true;
    return id.startsWith('-') ? CHAT_ID.test(id) : new RegExp(`^\\d{${MIN_ID_DIGITS},}$`).test(id);
  },
  conversationAt({ to, threadId }) {
    if (!CHAT_ID.test(to)) return undefined;
    const isGroup = to.startsWith('-');
    const thread = threadId && { threadId, threadSuffix: `${isGroup ? 'topic' : 'thread'}:${threadId}` };
    return { type: isGroup ? 'group' : 'direct', id: to, ...thread };
  },
  write: ({ to, threadId }: OutboundAddress) => `telegram:${to}${threadId === undefined ? '' : `:topic:${threadId}`}`,
};

const withoutPrefix = (target: string): string => target.trim().replace(PREFIX, '').trim();
