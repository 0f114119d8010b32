import type { Markdown, MarkdownRules, MarkdownToken } from './markdown.ts';
import { writeInline } from './read-inline.ts';
import { readTable, type TableMode, tableLines, writeTableBullets } from './read-table.ts';
import { createSpoilerMarks } from './spoiler-marks.ts';
import type { StyledText } from './styled-text.ts';
import { createStyledTextBuilder } from './styled-text-builder.ts';

/** What a dialect wants of the text, besides the marks it has signs for. */
export interface ReadingRules {
  readonly links: MarkdownRules['links'];
  readonly headings: 'plain' | 'bold';
  /** Stands before a quote, in the text itself. */
  readonly quoteSign: '' | '> ';
  readonly spoilers: boolean;
}

const RULE_LINE = '───';

/**
 * Reads Markdown into the one form all dialects are rendered from (reference channels/framework.md §13). Blocks are
 * parted by a blank line, items of a list by a line break; a deeper item stands two blanks further in. As with the
 * original, a second paragraph of an item follows the first without a break; other blocks of an item stand on a line
 * of their own.
 */
export function readMarkdown(markdown: Markdown, source: string, rules: ReadingRules, tables: TableMode): StyledText {
  const tokens = markdown.parse(source, { links: rules.links, tables: tables !== 'off' });
  const out = createStyledTextBuilder();
  const spoilers = rules.spoilers ? createSpoilerMarks(tokens) : undefined;
  /** Lists around the place read, outermost first; `next` is the number of the next item of a counted one. */
  const lists: { next: number | undefined; itemStart: number }[] = [];
  const quoteStarts: number[] = [];
  let headingStart = 0;

  const blankLine = (): void => {
    if (lists.length === 0) out.write('\n\n');
  };
  const ownLine = (): void => {
    const itemStart = lists.at(-1)?.itemStart;
    if (itemStart !== undefined && out.length() > itemStart) out.endLine();
  };
  const writeCode = (code: string): void => {
    ownLine();
    const start = out.length();
    out.write(code.endsWith('\n') ? code : `${code}\n`);
    out.style(start, 'code_block');
    if (lists.length === 0) out.write('\n');
  };
  const openList = (token: MarkdownToken): void => {
    if (lists.length > 0) out.endLine();
    const next = token.type === 'ordered_list_open' ? Number(token.attrGet('start') ?? 1) : undefined;
    lists.push({ next, itemStart: out.length() });
  };
  const openItem = (): void => {
    const list = lists.at(-1);
    if (list === undefined) return;
    out.write(`${'  '.repeat(lists.length - 1)}${list.next === undefined ? '•' : `${list.next}.`} `);
    if (list.next !== undefined) list.next += 1;
    list.itemStart = out.length();
  };
  const closeList = (): void => {
    lists.pop();
    if (lists.length === 0) out.write('\n');
  };
  const writeTable = (inside: readonly MarkdownToken[]): void => {
    const table = readTable(inside);
    if (tables === 'code') return writeCode(tableLines(table));
    ownLine();
    writeTableBullets(out, table);
  };

  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    switch (token?.type) {
      case 'inline':
        writeInline(out, token.children, spoilers);
        break;
      case 'heading_open':
        headingStart = out.length();
        break;
      case 'heading_close':
        if (rules.headings === 'bold') out.style(headingStart, 'bold');
        blankLine();
        break;
      case 'paragraph_close':
        blankLine();
        break;
      case 'hr':
        ownLine();
        out.write(RULE_LINE);
        blankLine();
        break;
      case 'fence':
      case 'code_block':
        writeCode(token.content);
        break;
      case 'blockquote_open':
        ownLine();
        quoteStarts.push(out.length());
        out.write(rules.quoteSign);
        break;
      case 'blockquote_close':
        out.style(quoteStarts.pop() ?? out.length(), 'blockquote');
        break;
      case 'bullet_list_open':
      case 'ordered_list_open':
        openList(token);
        break;
      case 'list_item_open':
        openItem();
        break;
      case 'list_item_close':
        out.endLine();
        break;
      case 'bullet_list_close':
      case 'ordered_list_close':
        closeList();
        break;
      case 'table_open': {
        const start = at;
        while (at < tokens.length && tokens[at]?.type !== 'table_close') at += 1;
        writeTable(tokens.slice(start, at));
        break;
      }
    }
  }
  return out.finish();
}
