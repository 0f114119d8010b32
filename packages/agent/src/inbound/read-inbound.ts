import { isRecord } from '../messages/content-parts.ts';
import type { DeliveryPlace, ReplyOrigin } from '../runtime.ts';
import type {
  InboundContext,
  InboundForward,
  InboundGroup,
  InboundHistoryLine,
  InboundMeans,
  InboundMedia,
  InboundPerson,
} from './inbound-context.ts';

/** Reads back what the ledger kept of a channel's message. Rows may be older than this program, so nothing is taken on trust. */

type Members = Readonly<Record<string, unknown>>;

/** Undefined for anything that is no context. */
export function readInbound(value: unknown): InboundContext | undefined {
  if (!isRecord(value)) return undefined;
  const chatType = readChatType(value.chatType);
  const sender = readPerson(value.sender);
  const { messageId, chatId, from } = value;
  if (chatType === undefined || sender === undefined) return undefined;
  if (typeof messageId !== 'string' || typeof chatId !== 'string' || typeof from !== 'string') return undefined;
  const group = readGroup(value.group);
  const quote = readQuote(value.quote);
  const forward = readForward(value.forward);
  return {
    messageId,
    chatType,
    chatId,
    from,
    sender,
    ...texts(value, [
      'fullMessageId',
      'conversationLabel',
      'threadLabel',
      'parentSessionKey',
      'replyToId',
      'threadStarter',
      'note',
    ]),
    ...flags(value, ['isForum', 'wasMentioned', 'isNativeCommand', 'isFromMenu']),
    ...(group === undefined ? {} : { group }),
    ...(quote === undefined ? {} : { quote }),
    ...(forward === undefined ? {} : { forward }),
    ...(typeof value.at === 'number' ? { at: value.at } : {}),
    ...(isRecord(value.means) ? { means: readMeans(value.means) } : {}),
    history: listOf(value.history, readLine),
    media: listOf(value.media, readMedia),
  };
}

function readMeans({ reactions, buttons }: Readonly<Record<string, unknown>>): InboundMeans {
  return {
    ...(reactions === 'minimal' || reactions === 'extensive' ? { reactions } : {}),
    ...(buttons === true ? { buttons: true } : {}),
  };
}

function readButton(value: unknown): Pick<ReplyOrigin, 'button'> {
  if (!isRecord(value) || typeof value.messageId !== 'string') return {};
  return { button: { messageId: value.messageId, ...(value.turnsPage === true && { turnsPage: true }) } };
}

/** Where an answer goes, as it was stored; undefined for anything else. */
export function readOrigin(value: unknown): ReplyOrigin | undefined {
  if (!isRecord(value)) return undefined;
  const { channel, accountId, to, messageId } = value;
  const chatType = readChatType(value.chatType);
  if (typeof channel !== 'string' || typeof accountId !== 'string' || chatType === undefined) return undefined;
  if (typeof to !== 'string' || typeof messageId !== 'string') return undefined;
  return {
    channel,
    accountId,
    to,
    messageId,
    chatType,
    ...texts(value, ['threadId']),
    ...flags(value, ['wasMentioned', 'isFromMenu', 'isAcked']),
    ...readButton(value.button),
  };
}

/** A place of a channel, as it was stored; undefined for anything else. */
export function readDeliveryPlace(value: unknown): DeliveryPlace | undefined {
  if (!isRecord(value)) return undefined;
  const { channel, accountId, to } = value;
  if (typeof channel !== 'string' || typeof accountId !== 'string' || typeof to !== 'string') return undefined;
  return { channel, accountId, to, ...texts(value, ['threadId']) };
}

function readChatType(value: unknown): InboundContext['chatType'] | undefined {
  return value === 'direct' || value === 'group' || value === 'channel' ? value : undefined;
}

function readPerson(value: unknown): InboundPerson | undefined {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  return { id: value.id, ...texts(value, ['name', 'username', 'tag', 'e164']) };
}

function readGroup(value: unknown): InboundGroup | undefined {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  return {
    id: value.id,
    activation: value.activation === 'always' ? 'always' : 'mention',
    ...texts(value, ['subject', 'channel', 'space', 'systemPrompt']),
    ...(Array.isArray(value.skills) ? { skills: value.skills.map(String) } : {}),
  };
}

function readQuote(value: unknown): InboundContext['quote'] {
  if (!isRecord(value) || typeof value.body !== 'string') return undefined;
  return { body: value.body, ...texts(value, ['sender']), ...flags(value, ['isExcerpt']) };
}

function readForward(value: unknown): InboundForward | undefined {
  if (!isRecord(value) || typeof value.from !== 'string') return undefined;
  return {
    from: value.from,
    ...texts(value, ['type', 'username', 'title', 'signature', 'chatType']),
    ...(typeof value.at === 'number' ? { at: value.at } : {}),
  };
}

function readLine(value: unknown): readonly InboundHistoryLine[] {
  if (!isRecord(value)) return [];
  const { sender, at, body } = value;
  return typeof sender === 'string' && typeof at === 'number' && typeof body === 'string' ? [{ sender, at, body }] : [];
}

function readMedia(value: unknown): readonly InboundMedia[] {
  if (!isRecord(value)) return [];
  const { path, mimeType } = value;
  return typeof path === 'string' && typeof mimeType === 'string' ? [{ path, mimeType }] : [];
}

function listOf<T>(value: unknown, read: (item: unknown) => readonly T[]): readonly T[] {
  return Array.isArray(value) ? value.flatMap(read) : [];
}

function texts<K extends string>(value: Members, names: readonly K[]): { readonly [N in K]?: string } {
  const found: { [N in K]?: string } = {};
  for (const name of names) {
    const member = value[name];
    if (typeof member === 'string') found[name] = member;
  }
  return found;
}

function flags<K extends string>(value: Members, names: readonly K[]): { readonly [N in K]?: boolean } {
  const found: { [N in K]?: boolean } = {};
  for (const name of names) {
    const member = value[name];
    if (typeof member === 'boolean') found[name] = member;
  }
  return found;
}
