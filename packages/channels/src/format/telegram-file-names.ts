import { joinSpans, type Span, type StyledText } from './styled-text.ts';

/** Endings of file names that are top-level domains as well: Telegram would show a preview of a foreign site. */
const ENDINGS: readonly string[] = ['.md', '.go', '.py', '.pl', '.sh', '.am', '.at', '.be', '.cc'];

/** A path, maybe with a place in the file. */
const PATH = /[\w./-]+(?::\d+)*/g;

/** Marks names like `README.md` or `main.go:12` as code, outside of code and of written links (reference channels/telegram.md §4). Pure. */
export function markFileNames(styled: StyledText): StyledText {
  const names = fileNamesOf(styled.text);
  if (names.length === 0) return styled;
  const endOf = new Map(names.map(({ start, end }) => [start, end]));
  const links = styled.links.filter(({ isBare, start, end }) => !(isBare && endOf.get(start) === end));
  const code = styled.styles.filter(({ style }) => style === 'code' || style === 'code_block');
  const found = outside(
    names,
    [...links, ...code].toSorted((a, b) => a.start - b.start),
  );
  const added = found.map((name) => ({ ...name, style: 'code' }) as const);
  return { text: styled.text, links, styles: joinSpans([...styled.styles, ...added]) };
}

function fileNamesOf(text: string): readonly Span[] {
  return [...text.matchAll(PATH)].flatMap(({ 0: found, index }) => {
    const [path = '', ...places] = found.split(':');
    const name = withoutLastDots(path);
    const ending = ENDINGS.find((candidate) => name.toLowerCase().endsWith(candidate));
    if (ending === undefined || !/\w/.test(name.charAt(name.length - ending.length - 1))) return [];
    const hasPlace = places.length > 0 && name.length === path.length;
    return [{ start: index, end: index + (hasPlace ? found.length : name.length) }];
  });
}

/** The dots of a sentence's end are not part of a name. */
function withoutLastDots(path: string): string {
  let length = path.length;
  while (path.charAt(length - 1) === '.') length -= 1;
  return path.slice(0, length);
}

/** Spans that no other one overlaps; both lists are in their order. */
function outside(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  let at = 0;
  return spans.filter(({ start, end }) => {
    while ((others[at]?.end ?? Number.POSITIVE_INFINITY) <= start) at += 1;
    return (others[at]?.start ?? Number.POSITIVE_INFINITY) >= end;
  });
}
