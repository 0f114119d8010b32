import { chunkStyled } from './chunk-styled.ts';
import type { Markdown } from './markdown.ts';
import { type ReadingRules, readMarkdown } from './read-markdown.ts';
import type { TableMode } from './read-table.ts';
import { type MarkSigns, renderMarks, type Signs } from './render-marks.ts';
import type { Style, StyledText } from './styled-text.ts';
import { markFileNames } from './telegram-file-names.ts';

/** A message for Telegram: HTML, and the same without marks for when the HTML is refused. */
export interface TelegramMessage {
  readonly html: string;
  readonly text: string;
}

const READING: ReadingRules = { links: 'all', headings: 'plain', quoteSign: '', spoilers: true };

const SIGNS: Readonly<Record<Style, Signs>> = {
  blockquote: ['<blockquote>', '</blockquote>'],
  code_block: ['<pre><code>', '</code></pre>'],
  code: ['<code>', '</code>'],
  bold: ['<b>', '</b>'],
  italic: ['<i>', '</i>'],
  strikethrough: ['<s>', '</s>'],
  spoiler: ['<tg-spoiler>', '</tg-spoiler>'],
};

const MARKS: MarkSigns = {
  order: ['blockquote', 'code_block', 'code', 'bold', 'italic', 'strikethrough', 'spoiler'],
  style: (style) => SIGNS[style],
  link: ({ href }) => [`<a href="${escapeHtml(href).replaceAll('"', '&quot;')}">`, '</a>'],
  escape: escapeHtml,
};

/**
 * Markdown as messages of at most `limit` units of text each (reference channels/telegram.md §4). The limit counts
 * what is read, as Telegram's own does: tags come on top. Every message's tags are balanced. Pure.
 */
export function telegramMessages(
  markdown: Markdown,
  source: string,
  { tables, limit }: { readonly tables: TableMode; readonly limit: number },
): readonly TelegramMessage[] {
  return chunkStyled(readMarkdown(markdown, source, READING, tables), limit).map(toMessage);
}

/** The whole as one message, for edits and captions; empty when nothing is to be read. Pure. */
export function telegramMessage(markdown: Markdown, source: string, tables: TableMode): TelegramMessage {
  return toMessage(readMarkdown(markdown, source, READING, tables));
}

function toMessage(styled: StyledText): TelegramMessage {
  return { html: renderMarks(markFileNames(styled), MARKS), text: styled.text };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
