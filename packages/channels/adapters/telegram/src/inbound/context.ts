import type { InboundMessage } from '@chela/channels/adapter';
import type { Message, MessageOrigin } from 'grammy/types';
import { chatAsSender, fullName, nameWithHandle, senderOf } from './people.ts';
import { markedText, withLinks } from './text.ts';

const MS_PER_SECOND = 1000;

/** The message that is replied to; a chosen excerpt stands for the whole. */
export function quoteOf(message: Message): InboundMessage['quote'] {
  const replied = message.reply_to_message;
  const foreign = message.external_reply;
  const excerpt = message.quote?.text.trim();
  const body = excerpt || (replied && (withLinks(markedText(replied)) || placeholderOf(replied))) || '';
  const location = body === '' && replied ? locationOf(replied) : undefined;
  if (body === '' && !location) return undefined;
  const sender = replied ? writerOf(replied) : foreign && originName(foreign.origin).from;
  const id = replied?.message_id ?? foreign?.message_id;
  return {
    body,
    ...(location && { location }),
    ...(id !== undefined && { messageId: String(id) }),
    ...(sender && { sender }),
    ...(excerpt && { isExcerpt: true }),
  };
}

function writerOf({ from, sender_chat }: { from?: Message['from']; sender_chat?: Message['sender_chat'] }): string {
  return (from && fullName(from)) || sender_chat?.title || '';
}

function placeholderOf(message: NonNullable<Message['reply_to_message']>): string {
  if (message.photo) return '<media:image>';
  if (message.video || message.video_note) return '<media:video>';
  if (message.audio || message.voice) return '<media:audio>';
  if (message.document) return '<media:document>';
  if (message.sticker) return '<media:sticker>';
  return '';
}

/** Where a forwarded message came from. */
export function forwardOf(message: Message): InboundMessage['forward'] {
  const origin = message.forward_origin;
  return origin && { ...originName(origin), at: origin.date * MS_PER_SECOND };
}

function originName(origin: MessageOrigin): NonNullable<InboundMessage['forward']> {
  switch (origin.type) {
    case 'user': {
      const sender = senderOf(origin.sender_user);
      return {
        from: nameWithHandle(sender),
        type: 'user',
        id: sender.id,
        ...(sender.username && { username: sender.username }),
        ...(sender.name && { title: sender.name }),
      };
    }
    case 'hidden_user':
      return { from: origin.sender_user_name, type: 'hidden_user', title: origin.sender_user_name };
    case 'chat':
      return { ...chatName(origin.sender_chat, origin.author_signature), type: 'chat' };
    case 'channel':
      return {
        ...chatName(origin.chat, origin.author_signature),
        type: 'channel',
        messageId: String(origin.message_id),
      };
  }
}

function chatName(chat: Message['chat'], signature: string | undefined): NonNullable<InboundMessage['forward']> {
  const { id, name, username } = chatAsSender(chat);
  const title = name ?? (username ? `@${username}` : id);
  return {
    from: signature ? `${title} (${signature})` : title,
    id,
    title,
    chatType: chat.type,
    ...(username && { username }),
    ...(signature && { signature }),
  };
}

export function locationOf(message: Pick<Message, 'venue' | 'location'>): InboundMessage['location'] {
  const point = message.venue?.location ?? message.location;
  if (!point) return undefined;
  return {
    latitude: point.latitude,
    longitude: point.longitude,
    ...(point.horizontal_accuracy !== undefined && { accuracyMeters: point.horizontal_accuracy }),
    ...(message.venue && { name: message.venue.title, address: message.venue.address }),
    ...(point.live_period !== undefined && { isLive: true }),
  };
}
