import { textPieces } from '@chela/agent';
import type { Span, StyledText } from './styled-text.ts';

/**
 * Cuts a marked text into pieces of at most `limit` UTF-16 units of text, at the places plain text is cut at. Marks are
 * cut with it, so each piece can be rendered alone; an empty text has no pieces. Linear in text and marks. Pure.
 */
export function chunkStyled({ text, styles, links }: StyledText, limit: number): readonly StyledText[] {
  const pieces = textPieces(text, limit);
  const stylesOf = spansOf(styles, pieces);
  const linksOf = spansOf(links, pieces);
  return pieces.map(({ start, end }, at) => ({
    text: text.slice(start, end),
    styles: stylesOf[at] ?? [],
    links: linksOf[at] ?? [],
  }));
}

/** For each piece the spans inside it, from its own beginning. Spans and pieces are in the order of their starts. */
function spansOf<S extends Span>(spans: readonly S[], pieces: readonly Span[]): readonly (readonly S[])[] {
  let next = 0;
  let reaching: readonly S[] = [];
  return pieces.map(({ start, end }) => {
    const from = next;
    while ((spans[next]?.start ?? Number.POSITIVE_INFINITY) < end) next += 1;
    reaching = [...reaching, ...spans.slice(from, next)].filter((span) => span.end > start);
    return reaching.map((span) => ({
      ...span,
      start: Math.max(span.start, start) - start,
      end: Math.min(span.end, end) - start,
      goesOn: span.end > end || span.goesOn === true,
    }));
  });
}
