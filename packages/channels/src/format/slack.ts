import { chunkStyled } from './chunk-styled.ts';
import type { Markdown } from './markdown.ts';
import { type ReadingRules, readMarkdown } from './read-markdown.ts';
import type { TableMode } from './read-table.ts';
import { type MarkSigns, renderMarks, type Signs } from './render-marks.ts';
import type { Style } from './styled-text.ts';

const READING: ReadingRules = { links: 'written', headings: 'bold', quoteSign: '> ', spoilers: false };

const SIGNS: Readonly<Partial<Record<Style, Signs>>> = {
  code_block: ['```\n', '```'],
  bold: ['*', '*'],
  italic: ['_', '_'],
  strikethrough: ['~', '~'],
  code: ['`', '`'],
};

/** What Slack reads as a mention, a command or an address; it stays as it is (reference channels/slack.md §4). */
const SLACK_TOKEN = /<(?:[@#!]|mailto:|tel:|https?:\/\/|slack:\/\/)[^<>\n]*>/g;
const QUOTE_SIGN = /^> /gm;

const MARKS: MarkSigns = {
  order: ['code_block', 'bold', 'italic', 'strikethrough', 'code'],
  style: (style) => SIGNS[style] ?? ['', ''],
  link: ({ href }, label) =>
    label === href || `mailto:${label}` === href ? undefined : [`<${escapeSigns(href)}|`, '>'],
  escape: (text, isInLink) => (isInLink ? escapeSigns(text) : escapeText(text)),
};

/**
 * Markdown as mrkdwn messages of at most `limit` units of text each, signs and escapes not counted (reference
 * channels/slack.md §4). Every message's signs are balanced; nothing to read gives no message. Pure.
 */
export function slackMessages(
  markdown: Markdown,
  source: string,
  { tables, limit }: { readonly tables: TableMode; readonly limit: number },
): readonly string[] {
  return chunkStyled(readMarkdown(markdown, source, READING, tables), limit).map((part) => renderMarks(part, MARKS));
}

function escapeText(text: string): string {
  const parts: string[] = [];
  let at = 0;
  for (const { 0: token, index } of text.matchAll(SLACK_TOKEN)) {
    parts.push(escapeLines(text.slice(at, index), at === 0), token);
    at = index + token.length;
  }
  parts.push(escapeLines(text.slice(at), at === 0));
  return parts.join('');
}

/** Escapes all but the sign of a quote at the start of a line. */
function escapeLines(text: string, isLineStart: boolean): string {
  const lines = (isLineStart ? text : ` ${text}`).replace(QUOTE_SIGN, '\u0000');
  const escaped = escapeSigns(lines).replaceAll('\u0000', '> ');
  return isLineStart ? escaped : escaped.slice(1);
}

function escapeSigns(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
