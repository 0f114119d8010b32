import { chunkMarkdown } from './chunk-markdown.ts';
import { chunkText } from './chunk-text.ts';
import { fenceAt, fencesOf } from './fences.ts';

/** The ways a channel may want an answer cut (reference agent/sessions.md §18). Pure. */

const BLANK_LINES = /\n[\t ]*\n+/g;

/** One piece a paragraph; blank lines inside fenced blocks do not count. Paragraphs over `limit` are cut unless `split` is false. */
export function chunkParagraphs(text: string, limit: number, { split = true } = {}): readonly string[] {
  return paragraphsOf(text, limit).flatMap((paragraph) =>
    split && paragraph.length > limit ? chunkText(paragraph, limit) : [paragraph],
  );
}

/** One piece a paragraph; longer ones are cut as markdown. */
export function chunkMarkdownParagraphs(text: string, limit: number): readonly string[] {
  return paragraphsOf(text, limit).flatMap((paragraph) => chunkMarkdown(paragraph, limit));
}

/** Without a limit nothing is cut: the text is one piece as it came. */
function paragraphsOf(text: string, limit: number): readonly string[] {
  if (limit <= 0) return text === '' ? [] : [text];
  const plain = text.replace(/\r\n?/g, '\n');
  // What is one paragraph anyway comes through as it is.
  if (plain.search(BLANK_LINES) === -1) return plain === '' ? [] : [plain];
  const fences = fencesOf(plain);
  const paragraphs: string[] = [];
  let from = 0;
  for (const gap of plain.matchAll(BLANK_LINES)) {
    if (fenceAt(fences, gap.index) !== undefined) continue;
    paragraphs.push(plain.slice(from, gap.index));
    from = gap.index + gap[0].length;
  }
  return [...paragraphs, plain.slice(from)].map((part) => part.trimEnd()).filter((part) => part !== '');
}

/**
 * One piece a line; blank lines become leading line breaks of the next piece, or trailing ones of the last. Lines over
 * `limit` are cut unless `split` is false; without a limit nothing is cut at all.
 */
export function chunkLines(text: string, limit: number, { split = true, trim = true } = {}): readonly string[] {
  if (limit <= 0) return text.trim() === '' ? [] : [text];
  const chunks: string[] = [];
  let blank = '';
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      blank += '\n';
      continue;
    }
    const body = trim ? line.trim() : line;
    // A piece keeps room for a character of its line, however many blank lines lead to it.
    const lead = blank.slice(0, limit - 1);
    const isLong = split && lead.length + body.length > limit;
    const headLength = isLong ? limit - lead.length : body.length;
    chunks.push(`${lead}${body.slice(0, headLength)}`);
    if (isLong) chunks.push(...chunkText(body.slice(headLength), limit));
    blank = '';
  }
  const last = chunks.pop();
  return last === undefined ? chunks : [...chunks, `${last}${blank}`];
}
