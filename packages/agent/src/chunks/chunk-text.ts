/** A part of a text: UTF-16 offsets, `end` exclusive. */
export interface TextPiece {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts plain text into pieces of at most `limit` UTF-16 units: at the last line break that fits, else at the last
 * white space, never inside parentheses unless there is no other way. White space at a cut is dropped. Pure.
 */
export function chunkText(text: string, limit: number): readonly string[] {
  return textPieces(text, limit).map(({ start, end }) => text.slice(start, end));
}

/** The places `chunkText` cuts at, for who has marks to move along. A limit of 0 cuts nothing. Pure. */
export function textPieces(text: string, limit: number): readonly TextPiece[] {
  if (text === '') return [];
  if (limit <= 0) return [{ start: 0, end: text.length }];
  const pieces: TextPiece[] = [];
  let start = 0;
  while (text.length - start > limit) {
    const window = text.slice(start, start + limit);
    const cut = start + (softCut(window) ?? hardCut(text.slice(start, start + limit + 1), limit));
    const end = start + text.slice(start, cut).trimEnd().length;
    if (end > start) pieces.push({ start, end });
    start = text.length - text.slice(cut).trimStart().length;
  }
  return start === text.length ? pieces : [...pieces, { start, end: text.length }];
}

/** The place of the last line break of a window, else of the last white space; undefined when there is none. */
export function softCut(window: string, isAllowed: (at: number) => boolean = () => true): number | undefined {
  let newline: number | undefined;
  let space: number | undefined;
  let depth = 0;
  for (let at = 0; at < window.length; at += 1) {
    if (!isAllowed(at)) continue;
    const char = window.charAt(at);
    if (char === '(') depth += 1;
    else if (char === ')') depth = Math.max(0, depth - 1);
    if (depth > 0 || at === 0) continue;
    if (char === '\n') newline = at;
    else if (/\s/.test(char)) space = at;
  }
  return newline ?? space;
}

/** `limit`, or one less where it would tear a surrogate pair apart. */
export function hardCut(text: string, limit: number): number {
  const tears = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(limit));
  return tears && limit > 1 ? limit - 1 : limit;
}
