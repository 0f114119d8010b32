/** What Telegram makes of a text: what is read, and its marks. Two texts with the same are the same message. */
export interface ParsedText {
  readonly text: string;
  readonly marks: string;
}

const TAGS = /<(\/?)([a-z][a-z0-9-]*)((?:\s[^<>]*)?)>/gi;
const KNOWN = new Set([
  'b',
  'strong',
  'i',
  'em',
  'u',
  'ins',
  's',
  'strike',
  'del',
  'span',
  'tg-spoiler',
  'a',
  'code',
  'pre',
  'blockquote',
  'tg-emoji',
]);

/** Throws with the vendor's words for HTML that it does not take. */
export function parseText(source: string, mode: unknown): ParsedText {
  if (mode !== 'HTML') return { text: source, marks: '' };
  const open: string[] = [];
  const marks: string[] = [];
  let text = '';
  let from = 0;
  for (const match of source.matchAll(TAGS)) {
    const [whole, slash, tag = '', attributes = ''] = match;
    text += unescaped(source.slice(from, match.index));
    from = match.index + whole.length;
    const name = tag.toLowerCase();
    if (!KNOWN.has(name))
      throw new Error(`can't parse entities: Unsupported start tag "${name}" at byte offset ${match.index}`);
    if (!slash) open.push(name);
    else if (open.pop() !== name) {
      throw new Error(`can't parse entities: Unexpected end tag at byte offset ${match.index}`);
    }
    marks.push(`${slash}${name}${attributes}@${text.length}`);
  }
  if (open.length > 0)
    throw new Error(`can't parse entities: Can't find end tag corresponding to start tag "${open.at(-1)}"`);
  return { text: text + unescaped(source.slice(from)), marks: marks.join(' ') };
}

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
