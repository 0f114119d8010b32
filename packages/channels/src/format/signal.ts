import { chunkStyled } from './chunk-styled.ts';
import type { Markdown } from './markdown.ts';
import { expandLinks } from './plain.ts';
import { type ReadingRules, readMarkdown } from './read-markdown.ts';
import type { TableMode } from './read-table.ts';
import { clipSpans, type Style, type StyledText } from './styled-text.ts';

/** A text with style ranges in UTF-16 units, by start, then length (reference channels/signal.md §4). */
export interface SignalMessage {
  readonly text: string;
  readonly styles: readonly SignalStyle[];
}

export interface SignalStyle {
  readonly start: number;
  readonly length: number;
  readonly style: 'BOLD' | 'ITALIC' | 'MONOSPACE' | 'SPOILER' | 'STRIKETHROUGH';
}

const READING: ReadingRules = { links: 'all', headings: 'bold', quoteSign: '> ', spoilers: true };

const SIGNAL_STYLE: Readonly<Record<Style, SignalStyle['style'] | undefined>> = {
  blockquote: undefined,
  code_block: 'MONOSPACE',
  code: 'MONOSPACE',
  bold: 'BOLD',
  italic: 'ITALIC',
  strikethrough: 'STRIKETHROUGH',
  spoiler: 'SPOILER',
};

/**
 * Markdown as messages of at most `limit` units each. As with the original, the text is cut before addresses are
 * written behind their labels, and what they make too long is cut once more. Pure.
 */
export function signalMessages(
  markdown: Markdown,
  source: string,
  { tables, limit }: { readonly tables: TableMode; readonly limit: number },
): readonly SignalMessage[] {
  return chunkStyled(read(markdown, source, tables), limit)
    .flatMap((part) => chunkStyled(expandLinks(part), limit))
    .map(toMessage);
}

/** The whole as one message. Pure. */
export function signalMessage(markdown: Markdown, source: string, tables: TableMode): SignalMessage {
  return toMessage(expandLinks(read(markdown, source, tables)));
}

/** Signal shows white space at the end, a code block's last line break included. */
function read(markdown: Markdown, source: string, tables: TableMode): StyledText {
  const { text, styles, links } = readMarkdown(markdown, source, READING, tables);
  const end = text.trimEnd().length;
  return { text: text.slice(0, end), styles: clipSpans(styles, end), links: clipSpans(links, end) };
}

function toMessage({ text, styles }: StyledText): SignalMessage {
  const ranges = styles.flatMap(({ start, end, style }): SignalStyle[] => {
    const name = SIGNAL_STYLE[style];
    return name === undefined ? [] : [{ start, length: end - start, style: name }];
  });
  return {
    text,
    styles: ranges.toSorted(
      (a, b) => a.start - b.start || a.length - b.length || (a.style < b.style ? -1 : Number(a.style > b.style)),
    ),
  };
}
