import type { ChannelFacts } from '../contract/facts.ts';
import type { OutboundButton, OutboundMedia, OutboundPart, RenderedText } from '../contract/outbound.ts';
import type { Markdown } from '../format/markdown.ts';
import { type RenderRules, renderMessages } from './render.ts';

/** One message of a person's or a model's making, before it is cut for a channel. */
export interface Message {
  readonly text: string;
  readonly media: readonly OutboundMedia[];
  /** Stand for media on channels that take none. */
  readonly mediaUrls: readonly string[];
  readonly buttons?: readonly (readonly OutboundButton[])[] | undefined;
  readonly replyToId?: string | undefined;
  readonly quoteText?: string | undefined;
  readonly silent?: boolean | undefined;
}

export interface PartRules {
  readonly markdown: Markdown;
  readonly facts: ChannelFacts;
  readonly render: RenderRules;
}

/**
 * The calls that show a message: files first, the first one with the text as its caption, a text that is too long for
 * a caption behind them; buttons stand where the text begins (reference channels/framework.md §16, telegram.md §4). Pure.
 */
export function messageParts(message: Message, rules: PartRules): readonly OutboundPart[] {
  const { buttons } = message;
  const options = {
    ...(message.replyToId !== undefined && { replyToId: message.replyToId }),
    ...(message.quoteText !== undefined && { quoteText: message.quoteText }),
    ...(message.silent === true && { silent: true }),
  };
  const withButtons = { ...options, ...(buttons !== undefined && buttons.length > 0 && { buttons }) };
  if (message.media.length === 0) {
    const texts = renderMessages(rules.markdown, withLinks(message), rules.render);
    return texts.map((text, at) => ({ kind: 'text', text, ...(at === 0 ? withButtons : options) }));
  }
  const caption = captionOf(message, rules);
  const behind = caption === undefined ? renderMessages(rules.markdown, message.text, rules.render) : [];
  return [
    ...message.media.map((media, at): OutboundPart => {
      const carries = at === 0 && behind.length === 0;
      const text = at === 0 && caption !== undefined && caption.text !== '' ? { caption } : {};
      return { kind: 'media', media, ...text, ...(carries ? withButtons : options) };
    }),
    ...behind.map((text, at): OutboundPart => ({ kind: 'text', text, ...(at === 0 ? withButtons : options) })),
  ];
}

/** The text as a caption; undefined when it does not fit or the first file takes none. */
function captionOf(message: Message, { markdown, facts, render }: PartRules): RenderedText | undefined {
  if (message.text.trim() === '') return { text: '', plain: '' };
  if (message.media[0]?.asVideoNote === true) return undefined;
  const [whole] = renderMessages(markdown, message.text, { ...render, limit: 0, chunkMode: 'length' });
  const limit = facts.limits.captionChars ?? render.limit;
  return whole !== undefined && whole.plain.length <= limit ? whole : undefined;
}

/** On channels without uploads the addresses stand behind the text. */
function withLinks({ text, mediaUrls }: Message): string {
  const links = mediaUrls.map((url) => `Attachment: ${url}`).join('\n');
  return [text, links].filter((part) => part !== '').join('\n\n');
}
