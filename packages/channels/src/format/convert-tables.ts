import type { Markdown } from './markdown.ts';
import { type ReadingRules, readMarkdown } from './read-markdown.ts';
import type { TableMode } from './read-table.ts';
import { type MarkSigns, renderMarks, type Signs } from './render-marks.ts';
import type { Style } from './styled-text.ts';

const READING: ReadingRules = { links: 'written', headings: 'plain', quoteSign: '', spoilers: false };

const SIGNS: Readonly<Partial<Record<Style, Signs>>> = {
  bold: ['**', '**'],
  italic: ['_', '_'],
  strikethrough: ['~~', '~~'],
};

const MARKS: MarkSigns = {
  order: ['code_block', 'bold', 'italic', 'strikethrough', 'code'],
  style: (style, content) => codeSigns(style, content) ?? SIGNS[style] ?? ['', ''],
  link: ({ href }) => ['[', `](${href})`],
  escape: (text) => text,
};

/**
 * Markdown without tables, for channels that show Markdown as it is. With a table in it the whole text is written
 * anew (reference channels/wave2-3-common.md); without one, or in mode `off`, it comes back as it was. Pure.
 */
export function convertTables(markdown: Markdown, source: string, tables: TableMode): string {
  if (tables === 'off' || !hasTable(markdown, source)) return source;
  return renderMarks(readMarkdown(markdown, source, READING, tables), MARKS);
}

function hasTable(markdown: Markdown, source: string): boolean {
  // A table has a line of bars and dashes; most texts need not be read to know that they have none.
  if (!source.includes('|')) return false;
  return markdown.parse(source, { links: 'written', tables: true }).some(({ type }) => type === 'table_open');
}

/** Fences longer than any row of backticks in the code. */
function codeSigns(style: Style, code: string): Signs | undefined {
  if (style !== 'code' && style !== 'code_block') return undefined;
  const longest = code.match(/`+/g)?.reduce((most, row) => Math.max(most, row.length), 0) ?? 0;
  if (style === 'code_block') {
    const fence = '`'.repeat(Math.max(3, longest + 1));
    return [`${fence}\n`, fence];
  }
  const signs = '`'.repeat(longest + 1);
  return longest === 0 ? [signs, signs] : [`${signs} `, ` ${signs}`];
}
