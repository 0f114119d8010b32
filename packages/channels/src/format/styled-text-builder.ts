import {
  clipSpans,
  joinSpans,
  type LinkSpan,
  type Span,
  type Style,
  type StyledText,
  type StyleSpan,
} from './styled-text.ts';

/** Puts a styled text together from its beginning to its end. */
export interface StyledTextBuilder {
  /** UTF-16 units written so far. */
  readonly length: () => number;
  readonly write: (text: string) => void;
  /** Writes a line break unless the text is empty or ends with one. */
  readonly endLine: () => void;
  readonly style: (start: number, style: Style) => void;
  readonly link: (start: number, href: string, isBare: boolean) => void;
  /** Writes a text made elsewhere, marks and all. */
  readonly append: (styled: StyledText) => void;
  /** The text without white space at its end, save the last line break of a code block. */
  readonly finish: () => StyledText;
}

export function createStyledTextBuilder(): StyledTextBuilder {
  const parts: string[] = [];
  const styles: StyleSpan[] = [];
  const links: LinkSpan[] = [];
  let length = 0;
  let last = '';

  const write = (text: string): void => {
    if (text === '') return;
    parts.push(text);
    length += text.length;
    last = text;
  };
  return {
    length: () => length,
    write,
    endLine() {
      if (length > 0 && !last.endsWith('\n')) write('\n');
    },
    style(start, style) {
      if (length > start) styles.push({ start, end: length, style });
    },
    link(start, href, isBare) {
      if (href !== '' && length > start) links.push({ start, end: length, href, isBare });
    },
    append(styled) {
      const from = length;
      write(styled.text);
      for (const span of styled.styles) styles.push(movedBy(from, span));
      for (const span of styled.links) links.push(movedBy(from, span));
    },
    finish() {
      const text = parts.join('');
      const codeEnd = styles.reduce((end, span) => (span.style === 'code_block' ? Math.max(end, span.end) : end), 0);
      const end = Math.max(text.trimEnd().length, codeEnd);
      return {
        text: text.slice(0, end),
        styles: joinSpans(clipSpans(styles, end)),
        links: clipSpans(links, end).toSorted((a, b) => a.start - b.start),
      };
    },
  };
}

function movedBy<S extends Span>(offset: number, span: S): S {
  return { ...span, start: span.start + offset, end: span.end + offset };
}
