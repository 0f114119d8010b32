import type { Markdown } from './markdown.ts';
import { type ReadingRules, readMarkdown } from './read-markdown.ts';
import type { TableMode } from './read-table.ts';
import type { LinkSpan, StyledText, StyleSpan } from './styled-text.ts';

const READING: ReadingRules = { links: 'all', headings: 'plain', quoteSign: '> ', spoilers: false };

/** Markdown without its marks; the address of a link stands behind its label. Pure. */
export function plainText(markdown: Markdown, source: string, tables: TableMode): string {
  return expandLinks(readMarkdown(markdown, source, READING, tables)).text.trimEnd();
}

/**
 * Writes the address of each link in parentheses behind its label, unless the label is the address. The address itself
 * is not marked, but a spoiler that hides the label hides it too. Linear in text and marks. Pure.
 */
export function expandLinks({ text, styles, links }: StyledText): StyledText {
  const shown = links.filter((link) => link.goesOn !== true && !isAddress(text.slice(link.start, link.end), link));
  const parts: string[] = [];
  /** Where each address comes in, in the old text, and how much longer the text is behind it. */
  const inserts: { readonly at: number; readonly added: number }[] = [];
  let from = 0;
  let added = 0;
  for (const { end, href } of shown) {
    const address = ` (${href})`;
    parts.push(text.slice(from, end), address);
    from = end;
    added += address.length;
    inserts.push({ at: end, added });
  }
  parts.push(text.slice(from));
  const moved = styles.flatMap((span) => moveStyle(span, inserts)).toSorted((a, b) => a.start - b.start);
  return { text: parts.join(''), styles: moved, links: [] };
}

/** A style in the longer text: moved, and parted where an address comes in. */
function moveStyle(span: StyleSpan, inserts: readonly { readonly at: number; readonly added: number }[]): StyleSpan[] {
  const addedBefore = (index: number): number => inserts[index - 1]?.added ?? 0;
  const first = firstBehind(inserts, span.start);
  const behind = firstBehind(inserts, span.end);
  if (span.style === 'spoiler') {
    return [{ ...span, start: span.start + addedBefore(first), end: span.end + addedBefore(behind) }];
  }
  const parts: StyleSpan[] = [];
  let start = span.start;
  for (let index = first; index <= behind; index += 1) {
    const end = Math.min(inserts[index]?.at ?? span.end, span.end);
    const shift = addedBefore(index);
    if (end > start) parts.push({ ...span, start: start + shift, end: end + shift });
    start = end;
  }
  return parts;
}

/** The first insert behind a place, by halving. */
function firstBehind(inserts: readonly { readonly at: number }[], place: number): number {
  let low = 0;
  let high = inserts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((inserts[middle]?.at ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isAddress(label: string, { href, isBare }: LinkSpan): boolean {
  return isBare || bareAddress(label) === bareAddress(href);
}

/** An address as people write it: without scheme, `www.` and the last slash. */
function bareAddress(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^(?:https?:\/\/|mailto:)/, '')
    .replace(/^www\./, '')
    .replace(/\/$/, '');
}
