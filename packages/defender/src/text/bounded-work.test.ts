import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUE_SIGNS } from './cues.ts';
import { LEXICON } from './lexicon.ts';
import { SIGNS } from './signs.ts';
import { readings } from './unfold.ts';

const MAX_READINGS = 40;
const MAX_READ_CHARS = 16 * 131_072;

/** Pieces that disguises are made of, repeated to lengths nobody writes by hand. */
const piece = fc.constantFrom(
  'ignore all previous ',
  'aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=',
  '68656c6c6f20776f726c64 ',
  '%69%67%6e',
  '<!-- x -->',
  '<div style="display:none">',
  '<a title="0123456789abc">',
  'i g n o r e ',
  'a.b.',
  '\u200b',
  '\u{E0041}',
  '\uFE01',
  '&#105;',
  '\\u0069',
  '1gn0r3',
  '**',
  '\n',
  ' ',
  '![a](https://x.example/?q=',
  'send the ',
);
const longText = fc
  .array(fc.tuple(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 12 })), fc.integer({ min: 1, max: 400 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => parts.map(([text, times]) => text.repeat(times)).join(''));

describe('however a text is made', () => {
  test('it has few readings, and they are not much longer than what may be read', () => {
    fc.assert(
      fc.property(longText, (text) => {
        const found = readings(text);
        expect(found.length).toBeLessThanOrEqual(MAX_READINGS);
        expect(found.reduce((sum, reading) => sum + reading.text.length, 0)).toBeLessThanOrEqual(MAX_READ_CHARS);
      }),
      { numRuns: 60 },
    );
  });
});

/** Groups that may repeat without end although something in them may too: the shape that makes a pattern backtrack for ever. */
function openNests(source: string): readonly string[] {
  const starts: { readonly at: number; open: boolean }[] = [];
  const found: string[] = [];
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at];
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') starts.push({ at, open: false });
    else if (char === ')') {
      const group = starts.pop();
      const repeats = /^(?:[*+]|\{\d+,\})/.test(source.slice(at + 1));
      if (group?.open && repeats) found.push(source.slice(group.at, at + 2));
      const outer = starts.at(-1);
      if (outer !== undefined && (repeats || group?.open)) outer.open = true;
    } else if ((char === '*' || char === '+' || /^\{\d+,\}/.test(source.slice(at))) && source[at - 1] !== ')') {
      const group = starts.at(-1);
      if (group !== undefined) group.open = true;
    }
  }
  return found;
}

describe('no built-in pattern nests what may repeat without end', () => {
  test('the check knows such a pattern', () => {
    expect(openNests('x(?:a+)+$')).toEqual(['(?:a+)+']);
    expect(openNests('x(?:a+){1,6}[(+]+')).toEqual([]);
  });

  test.each([...SIGNS, ...CUE_SIGNS].map(({ intent, pattern }) => [intent, pattern.source] as const))(
    '%s %s',
    (_intent, source) => {
      expect(openNests(source)).toEqual([]);
    },
  );

  test.each(Object.entries(LEXICON))('words for %s', (_role, stems) => {
    expect(stems.flatMap(openNests)).toEqual([]);
  });
});
