/** A single place in a text, or how many there are when it is not single. Positions are UTF-16 code units. */
export type Match =
  | { readonly kind: 'unique'; readonly start: number; readonly end: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ambiguous'; readonly count: number };

const PLAIN_CHARACTERS: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201A\u201B]/g, "'"],
  [/[\u201C\u201D\u201E\u201F]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/[\u00A0\u2002-\u200A\u202F\u205F\u3000]/g, ' '],
];

interface PlainText {
  readonly text: string;
  /** For each position of `text`, and for its end, the position in the original. */
  readonly origin: readonly number[];
}

/** Text with typographic quotes, dashes and spaces in their plain form and no blanks at line ends. */
function plainForm(original: string): PlainText {
  // Every replacement is one character for one, so positions inside a line stay the same.
  const replaced = PLAIN_CHARACTERS.reduce((text, [pattern, plain]) => text.replace(pattern, plain), original);
  const lines: string[] = [];
  const origin: number[] = [];
  let start = 0;
  for (const line of replaced.split('\n')) {
    const kept = line.trimEnd();
    lines.push(kept);
    for (let at = 0; at < kept.length; at += 1) origin.push(start + at);
    origin.push(start + line.length);
    start += line.length + 1;
  }
  return { text: lines.join('\n'), origin };
}

/**
 * Where `wanted` stands in `content`: exactly, or else up to blanks at line ends and typographic characters. Both have
 * `\n` line ends. Only the place found is named, so the rest of the file keeps its characters
 * (reference agent/tools.md ).
 */
export function findMatch(content: string, wanted: string): Match {
  const exact = wanted === '' ? -1 : content.indexOf(wanted);
  const plain = plainForm(content);
  const needle = plainForm(wanted).text;
  const loose = needle === '' ? -1 : plain.text.indexOf(needle);
  if (exact === -1 && loose === -1) return { kind: 'missing' };
  // Places that differ only typographically are ambiguous too.
  const count = needle === '' ? content.split(wanted).length - 1 : plain.text.split(needle).length - 1;
  if (count > 1) return { kind: 'ambiguous', count };
  if (exact !== -1) return { kind: 'unique', start: exact, end: exact + wanted.length };
  return {
    kind: 'unique',
    start: plain.origin[loose] ?? 0,
    end: plain.origin[loose + needle.length] ?? content.length,
  };
}
