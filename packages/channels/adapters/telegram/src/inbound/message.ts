import type { InboundMessage } from '@chela/channels/adapter';
import type { Message } from 'grammy/types';
import type { Self } from '../self.ts';
import { attachmentsOf, isStill } from './attachments.ts';
import { forwardOf, locationOf, quoteOf } from './context.ts';
import { type Place, placeOf } from './conversation.ts';
import { mentionOf } from './mention.ts';
import { chatAsSender, senderOf } from './people.ts';
import { isMarkedCommand, leadingCommand, markedText, withLinks } from './text.ts';

const MS_PER_SECOND = 1000;
/** Apps cut a pasted text into messages of about this size (reference channels/telegram.md §3.4). */
const CUT_TEXT_CHARS = 4000;
const CUT_TEXT_QUIET_MS = 1500;
const CUT_TEXT_PARTS = 12;
const CUT_TEXT_TOTAL_CHARS = 50_000;
const ALBUM_QUIET_MS = 500;
/** The vendor's limit of an album. */
const ALBUM_PARTS = 10;
const ALBUM_CHARS = 10_240;

export interface MessageRules {
  readonly self: Self;
  /** The gateway's own name of a command of the vendor's menu, which knows no hyphens; undefined for every other. */
  readonly nativeName: (name: string) => string | undefined;
}

/**
 * A message of a person or a post of a channel, in the kernel's words; undefined for what nobody has to answer: service
 * messages and moving stickers (reference channels/telegram.md §3).
 */
export function messageOf(message: Message, rules: MessageRules): InboundMessage | undefined {
  const sender = message.from ? senderOf(message.from) : chatAsSender(message.sender_chat ?? message.chat);
  const place = placeOf(message.chat, message.message_thread_id, sender.id);
  const marked = markedText(message);
  const text = withLinks(marked);
  const attachments = attachmentsOf(message);
  const location = locationOf(message);
  if (text === '' && attachments.length === 0 && !location) return undefined;
  if (message.sticker && !isStill(message.sticker)) return undefined;

  const command = leadingCommand(marked);
  const isForUs = command?.bot === undefined || command.bot.toLowerCase() === rules.self.username.toLowerCase();
  const native = command && isForUs ? rules.nativeName(command.name) : undefined;
  const spoken = native === undefined ? command?.text : command?.text.replace(/^\/\S+/, `/${native}`);
  const commandText = isForUs && spoken !== undefined && spoken !== text ? spoken : undefined;
  const quote = quoteOf(message);
  const forward = forwardOf(message);
  const part = partOf(message, place, sender.id, text);
  return {
    kind: 'message',
    messageId: String(message.message_id),
    at: message.date * MS_PER_SECOND,
    ...place,
    sender,
    text,
    ...(commandText !== undefined && { commandText }),
    mention: mentionOf(message, marked, rules.self),
    attachments,
    ...(quote && { quote }),
    ...(forward && { forward }),
    ...(location && { location }),
    ...(message.sticker && { note: stickerNote(message.sticker) }),
    ...(native !== undefined && isMarkedCommand(marked) && { isNativeCommand: true }),
    ...(part && { part }),
  };
}

function partOf(message: Message, { replyTo }: Place, sender: string, text: string): InboundMessage['part'] {
  const where = `${replyTo.to}:${replyTo.threadId ?? ''}`;
  if (message.media_group_id !== undefined) {
    return {
      key: `album:${where}:${message.media_group_id}`,
      quietMs: ALBUM_QUIET_MS,
      separator: '\n',
      maxParts: ALBUM_PARTS,
      maxChars: ALBUM_CHARS,
    };
  }
  if (message.text === undefined || text.length < CUT_TEXT_CHARS) return undefined;
  return {
    key: `text:${where}:${sender}`,
    quietMs: CUT_TEXT_QUIET_MS,
    separator: '',
    follows: String(message.message_id),
    maxParts: CUT_TEXT_PARTS,
    maxChars: CUT_TEXT_TOTAL_CHARS,
  };
}

/** What stands for a sticker's picture where nobody can look at it. */
export function stickerNote({ emoji, set_name: set }: { emoji?: string; set_name?: string }): string {
  return `[Sticker${emoji ? ` ${emoji}` : ''}${set ? ` from "${set}"` : ''}]`;
}
