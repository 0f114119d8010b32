import type { InboundMessage } from '@chela/channels/adapter';
import type { CallbackQuery } from 'grammy/types';
import type { AccountSettings } from '../settings.ts';
import { placeOf } from './conversation.ts';
import { senderOf } from './people.ts';
import { leadingCommand } from './text.ts';

/** Buttons below lists that are leafed through: what each asks for, in the words of a command (reference channels/telegram.md §3). */
const PAGES: readonly (readonly [RegExp, string])[] = [
  [/^commands_page_(\d+)(?::.*)?$/, '/commands $1'],
  [/^mdl_(?:prov|back)$/, '/models'],
  [/^mdl_list_(.+)_(\d+)$/, '/models $1 $2'],
];
const CHOSEN_MODEL = /^mdl_sel_(.+)$/;
/** The number of the page between the arrows. */
const NO_ACTION = /_noop(?::.*)?$/;

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
  if (!message || !data || NO_ACTION.test(data)) return undefined;
  const isDirect = message.chat.type === 'private';
  if (inlineButtons === 'off' || inlineButtons === (isDirect ? 'group' : 'dm')) return undefined;
  const thread = 'message_thread_id' in message ? message.message_thread_id : undefined;
  const sender = senderOf(query.from);
  const page = PAGES.find(([form]) => form.test(data));
  const text = page ? data.replace(...page) : data.replace(CHOSEN_MODEL, '/model $1');
  // Only a text can be turned into another one.
  const isText = 'text' in message && message.text !== undefined;
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
    button: { messageId: String(message.message_id), ...(page && isText && { turnsPage: true }) },
  };
}
