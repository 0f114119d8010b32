/** A part of an answer as one call of the Bot API (reference channels/telegram.md §4). Pure. */
import type { OutboundAddress, OutboundButton, OutboundPart, RenderedText } from '@chela/channels/adapter';
import { GENERAL_TOPIC } from '../inbound/conversation.ts';
import type { AccountSettings } from '../settings.ts';
import { mediaMethod } from './media-method.ts';

export interface VendorCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Uploaded as the parameter `field`. */
  readonly file?: { readonly field: string; readonly path: string; readonly name: string };
}

type CallSettings = Pick<AccountSettings, 'hasLinkPreview'>;
type Params = Readonly<Record<string, unknown>>;

/** The vendor takes 5 seconds to 10 minutes. */
const POLL_SECONDS = { min: 5, max: 600 };

export function callOf(address: OutboundAddress, part: OutboundPart, settings: CallSettings): VendorCall {
  const chat = { chat_id: address.to };
  switch (part.kind) {
    case 'text': {
      const params = { ...chat, ...textParams(part.text), ...previewParam(settings), ...options(address, part) };
      return { method: 'sendMessage', params };
    }
    case 'media': {
      const { method, field } = mediaMethod(part.media);
      // Round videos have no caption.
      const caption = method === 'sendVideoNote' ? {} : captionParams(part.caption);
      const file = { field, path: part.media.path, name: part.media.fileName };
      return { method, params: { ...chat, ...caption, ...options(address, part) }, file };
    }
    case 'poll': {
      const { question, maxSelections, durationSeconds, isAnonymous = true } = part;
      const params = {
        ...chat,
        question,
        options: part.options.map((text) => ({ text })),
        allows_multiple_answers: maxSelections > 1,
        is_anonymous: isAnonymous,
        ...(durationSeconds !== undefined && { open_period: within(durationSeconds, POLL_SECONDS) }),
        ...options(address, part),
      };
      return { method: 'sendPoll', params };
    }
    case 'sticker':
      return { method: 'sendSticker', params: { ...chat, sticker: part.fileId, ...options(address, part) } };
    case 'edit': {
      const params = {
        ...chat,
        message_id: Number(part.messageId),
        ...textParams(part.text),
        ...previewParam(settings),
        ...keyboardParam(part.buttons),
      };
      return { method: 'editMessageText', params };
    }
    case 'delete':
      return { method: 'deleteMessage', params: { ...chat, message_id: Number(part.messageId) } };
  }
}

/** What every kind of message may carry. */
function options(address: OutboundAddress, { replyToId, quoteText, silent, buttons }: OutboundPart): Params {
  const reply = replyToId === undefined ? undefined : Number(replyToId);
  return {
    ...threadParam(address),
    ...(reply !== undefined &&
      (quoteText ? { reply_parameters: { message_id: reply, quote: quoteText } } : { reply_to_message_id: reply })),
    ...(silent && { disable_notification: true }),
    ...keyboardParam(buttons),
  };
}

/** The topic of a send. General takes messages without an id alone; private chats count from one as well. */
export function threadParam({ to, threadId }: OutboundAddress): Params {
  const isGroup = to.startsWith('-') || to.startsWith('@');
  if (threadId === undefined || (isGroup && threadId === GENERAL_TOPIC)) return {};
  return { message_thread_id: Number(threadId) };
}

export function keyboardParam(buttons: OutboundPart['buttons']): Params {
  return buttons?.length ? { reply_markup: { inline_keyboard: buttons.map((row) => row.map(keyOf)) } } : {};
}

const keyOf = ({ text, data, style }: OutboundButton): Params => ({
  text,
  callback_data: data,
  ...(style && { style }),
});

export const textParams = (text: RenderedText): Params => ({
  text: text.text,
  ...(!text.isPlain && { parse_mode: 'HTML' }),
});

export const captionParams = (caption: RenderedText | undefined): Params =>
  caption && caption.text !== '' ? { caption: caption.text, ...(!caption.isPlain && { parse_mode: 'HTML' }) } : {};

export const previewParam = ({ hasLinkPreview }: CallSettings): Params =>
  hasLinkPreview ? {} : { link_preview_options: { is_disabled: true } };

/** The id of a chat as a number; names stay names. */
export const chatNumber = (to: string): number | string => (/^-?\d+$/.test(to) ? Number(to) : to);

const within = (value: number, { min, max }: { min: number; max: number }): number =>
  Math.min(max, Math.max(min, Math.round(value)));
