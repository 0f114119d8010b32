import type { LinkSpan, Span, Style, StyledText } from './styled-text.ts';

/** Signs before and after a marked text. */
export type Signs = readonly [open: string, close: string];

/** How a dialect writes marks into the text. */
export interface MarkSigns {
  /** Styles with signs, those that stand outside first where several mark the same text. Others leave none. */
  readonly order: readonly Style[];
  readonly style: (style: Style, content: string) => Signs;
  /** Undefined: the label alone is enough. */
  readonly link: (link: LinkSpan, label: string) => Signs | undefined;
  readonly escape: (text: string, isInLink: boolean) => string;
}

interface Mark extends Span {
  readonly signs: Signs;
  readonly rank: number;
  readonly isLink: boolean;
}

/**
 * Writes the marks of a text as signs around it. Signs are always balanced: where one mark ends inside another one that
 * goes on, the other is closed and opened again. Linear in the length of the text. Pure.
 */
export function renderMarks(styled: StyledText, dialect: MarkSigns): string {
  const { text } = styled;
  const parts: string[] = [];
  const open: Mark[] = [];
  let at = 0;
  const writeTo = (end: number): void => {
    if (end > at) {
      const isInLink = open.some(({ isLink }) => isLink);
      parts.push(dialect.escape(text.slice(at, end), isInLink));
    }
    at = end;
  };
  /** Closes what ends up to a place, in the order of its ends. */
  const closeTo = (place: number): void => {
    while (open.length > 0) {
      const end = open.reduce((least, mark) => Math.min(least, mark.end), Number.POSITIVE_INFINITY);
      if (end > place) return;
      writeTo(end);
      const from = open.findIndex((mark) => mark.end === end);
      const closed = open.splice(from);
      for (const { signs } of closed.toReversed()) parts.push(signs[1]);
      for (const mark of closed.filter((other) => other.end > end)) {
        open.push(mark);
        parts.push(mark.signs[0]);
      }
    }
  };
  for (const mark of marksOf(styled, dialect)) {
    closeTo(mark.start);
    writeTo(mark.start);
    open.push(mark);
    parts.push(mark.signs[0]);
  }
  closeTo(text.length);
  writeTo(text.length);
  return parts.join('');
}

function marksOf({ text, styles, links }: StyledText, dialect: MarkSigns): readonly Mark[] {
  const ofStyles = styles.flatMap((span): Mark[] => {
    const rank = dialect.order.indexOf(span.style);
    const signs = dialect.style(span.style, text.slice(span.start, span.end));
    return rank < 0 ? [] : [{ ...span, signs, rank, isLink: false }];
  });
  const ofLinks = links.flatMap((span): Mark[] => {
    const signs = dialect.link(span, text.slice(span.start, span.end));
    return signs === undefined ? [] : [{ ...span, signs, rank: -1, isLink: true }];
  });
  return [...ofLinks, ...ofStyles].toSorted((a, b) => a.start - b.start || b.end - a.end || a.rank - b.rank);
}
