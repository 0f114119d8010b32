import type { InboundMessage } from '@chela/channels/adapter';
import type { Message } from 'grammy/types';
import type { Self } from '../self.ts';
import { leadingCommand, type MarkedText, pieceOf } from './text.ts';

/** Who a message speaks to (reference channels/framework.md §8): marks, our name in the text, a reply to us. */
export function mentionOf(message: Message, marked: MarkedText, self: Self): InboundMessage['mention'] {
  const named = marked.entities.flatMap((entity) => {
    if (entity.type === 'mention') return [pieceOf(marked, entity).slice(1).toLowerCase()];
    return entity.type === 'text_mention' ? [String(entity.user.id)] : [];
  });
  const command = leadingCommand(marked);
  const ours = new Set([self.username.toLowerCase(), self.id]);
  const isNamed = named.some((name) => ours.has(name)) || names(marked.text, self.username);
  return {
    isDetectable: true,
    ofUs: isNamed || (command?.bot !== undefined && ours.has(command.bot.toLowerCase())),
    ofOthers:
      named.some((name) => !ours.has(name)) || (command?.bot !== undefined && !ours.has(command.bot.toLowerCase())),
    isReplyToUs: String(message.reply_to_message?.from?.id) === self.id,
  };
}

/** `@name` as a word of its own; apps send it without a mark now and then. */
function names(text: string, username: string): boolean {
  const at = text.toLowerCase().indexOf(`@${username.toLowerCase()}`);
  if (at < 0) return false;
  const [before, after] = [text[at - 1], text[at + username.length + 1]];
  return !/\w/.test(before ?? ' ') && !/\w/.test(after ?? ' ');
}
