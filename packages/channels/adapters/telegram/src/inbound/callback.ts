import type { InboundMessage } from '@chela/channels/adapter';
import type { CallbackQuery } from 'grammy/types';
import type { AccountSettings } from '../settings.ts';
import { placeOf } from './conversation.ts';
import { senderOf } from './people.ts';
import { leadingCommand } from './text.ts';

/** A page of the command list, and the choices of the model picker. */
const COMMAND_PAGE = /^commands_page_(\d+)$/;

/**
 * A pressed button is what its data says, said by the person who pressed it (reference channels/telegram.md §3). Its id is
 * the query's: pressing twice is saying it twice. Undefined where buttons do not count.
 */
export function messageOfCallback(
  query: CallbackQuery,
  { inlineButtons }: Pick<AccountSettings, 'inlineButtons'>,
  at: number,
): InboundMessage | undefined {
  const { message, data } = query;
  if (!message || !data) return undefined;
  const isDirect = message.chat.type === 'private';
  if (inlineButtons === 'off' || inlineButtons === (isDirect ? 'group' : 'dm')) return undefined;
  const thread = 'message_thread_id' in message ? message.message_thread_id : undefined;
  const sender = senderOf(query.from);
  const text = data.replace(COMMAND_PAGE, '/commands $1');
  return {
    kind: 'message',
    messageId: query.id,
    at,
    ...placeOf(message.chat, thread, sender.id),
    sender,
    text,
    mention: { isDetectable: true, ofUs: true, ofOthers: false, isReplyToUs: true, isForced: true },
    attachments: [],
    ...(leadingCommand({ text, entities: [] }) && { isNativeCommand: true }),
  };
}
