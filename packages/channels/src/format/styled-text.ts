/**
 * Text with marks on it: what every dialect is rendered from, and what is cut into pieces. Offsets count UTF-16 units;
 * `end` is exclusive. Marks of one style never overlap, marks are never empty and never reach past the text.
 */
export interface StyledText {
  readonly text: string;
  readonly styles: readonly StyleSpan[];
  readonly links: readonly LinkSpan[];
}

export type Style = 'blockquote' | 'code_block' | 'code' | 'bold' | 'italic' | 'strikethrough' | 'spoiler';

export interface Span {
  readonly start: number;
  readonly end: number;
  /** The text was cut inside: the mark goes on in the next piece. */
  readonly goesOn?: boolean;
}

export interface StyleSpan extends Span {
  readonly style: Style;
}

export interface LinkSpan extends Span {
  readonly href: string;
  /** The label is the address itself, found in running text or written as `<address>`. */
  readonly isBare: boolean;
}

/** Spans in their order, those of one style joined where they overlap or touch; quotes that touch stay two. Pure. */
export function joinSpans(spans: readonly StyleSpan[]): readonly StyleSpan[] {
  const joined: StyleSpan[] = [];
  const lastOf = new Map<Style, number>();
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const at = lastOf.get(span.style);
    const last = at === undefined ? undefined : joined[at];
    const touches = last !== undefined && span.style !== 'blockquote' && span.start === last.end;
    if (at !== undefined && last !== undefined && (span.start < last.end || touches)) {
      joined[at] = { ...last, end: Math.max(last.end, span.end) };
      continue;
    }
    lastOf.set(span.style, joined.length);
    joined.push(span);
  }
  return joined;
}

/** Spans of a text that ends at a place. Pure. */
export function clipSpans<S extends Span>(spans: readonly S[], end: number): readonly S[] {
  return spans.filter((span) => span.start < end).map((span) => (span.end > end ? { ...span, end } : span));
}
