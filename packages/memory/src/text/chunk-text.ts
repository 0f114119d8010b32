/** Sizes of chunks in tokens, as the configuration counts them. */
export interface Chunking {
  readonly tokens: number;
  readonly overlap: number;
}

/** A piece of a file with the lines it spans, 1-based and inclusive. */
export interface TextChunk {
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
}

const CHARS_PER_TOKEN = 4;
const CHUNK_MIN_CHARS = 32;

interface Piece {
  readonly line: number;
  readonly text: string;
}

/** A line in pieces of at most `maxChars`; an empty line is one empty piece. */
function piecesOf(text: string, line: number, maxChars: number): readonly Piece[] {
  const count = Math.max(1, Math.ceil(text.length / maxChars));
  return Array.from({ length: count }, (_, index) => ({
    line,
    text: text.slice(index * maxChars, (index + 1) * maxChars),
  }));
}

/** The last pieces that together hold `overlapChars`, or all; none without overlap. */
function carriedOver(pieces: readonly Piece[], overlapChars: number): Piece[] {
  let chars = 0;
  let from = pieces.length;
  while (from > 0 && chars < overlapChars) {
    from -= 1;
    chars += (pieces[from]?.text.length ?? 0) + 1;
  }
  return pieces.slice(from);
}

/** Text in chunks of whole lines; each begins with the last lines of the one before (reference agent/automation.md §5.2). */
export function chunkText(content: string, { tokens, overlap }: Chunking): readonly TextChunk[] {
  const maxChars = Math.max(CHUNK_MIN_CHARS, tokens * CHARS_PER_TOKEN);
  const overlapChars = Math.max(0, overlap * CHARS_PER_TOKEN);
  const chunks: TextChunk[] = [];
  let pending: Piece[] = [];
  let chars = 0;
  const flush = (): void => {
    const [first, last] = [pending[0], pending.at(-1)];
    if (first === undefined || last === undefined) return;
    const text = pending.map((piece) => piece.text).join('\n');
    chunks.push({ startLine: first.line, endLine: last.line, text });
  };
  for (const [index, line] of content.split('\n').entries()) {
    for (const piece of piecesOf(line, index + 1, maxChars)) {
      const size = piece.text.length + 1;
      if (chars + size > maxChars && pending.length > 0) {
        flush();
        pending = carriedOver(pending, overlapChars);
        chars = pending.reduce((sum, kept) => sum + kept.text.length + 1, 0);
      }
      pending.push(piece);
      chars += size;
    }
  }
  flush();
  return chunks;
}
