import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVisibleText } from './visible-text.ts';

const show = (deltas: readonly string[]): string[] => {
  const visible = createVisibleText();
  return deltas.map((delta) => {
    visible.push(delta);
    return visible.text();
  });
};

describe('what may be shown of an unfinished answer', () => {
  test('white space at the end waits for what follows', () => {
    expect(show(['One. ', 'Two. ', 'Three.'])).toEqual(['One.', 'One. Two.', 'One. Two. Three.']);
  });

  test('the silent token never shows, however it is cut', () => {
    expect(show(['N', 'O_', 'REPLY'])).toEqual(['', '', '']);
    expect(show(['NO_REPLY', ': nothing to say'])).toEqual(['', '']);
    expect(show(['done NO', '_REPLY'])).toEqual(['done', 'done']);
  });

  test('what only looked like the token comes out', () => {
    expect(show(['NO', ' way'])).toEqual(['', 'NO way']);
    expect(show(['NO_REPLYX'])).toEqual(['NO_REPLYX']);
  });

  test('tags never show, however they are cut', () => {
    expect(show(['[', '[reply_to_', 'current]', '] Hi'])).toEqual(['', '', '', 'Hi']);
    expect(show(['a [[x', ' b]] c'])).toEqual(['a', 'a [[x b]] c']);
  });

  test.each([
    ['Before [[reply_to: abc]] behind.', 'Before behind.'],
    ['Before [[audio_as_voice]]behind.', 'Before behind.'],
    ['[[reply_to_current]]  Hi', 'Hi'],
    ['One [[reply_to_current]]\nTwo', 'One\nTwo'],
    ['One\n[[reply_to_current]] Two', 'One\nTwo'],
  ])('%j leaves no more blanks than words need, however it is cut', (text, shown) => {
    for (let at = 0; at <= text.length; at += 1) {
      expect(show([text.slice(0, at), text.slice(at)]).at(-1)).toBe(shown);
    }
  });

  test('what was shown is never taken back and nothing but ends, tags and tokens is lost', () => {
    const piece = fc.constantFrom('a', 'NO', '_REPLY', ' ', '\n', '[[', ']]', 'reply_to_current', 'N', 'word. ', '[');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (deltas) => {
        const visible = createVisibleText();
        let before = '';
        let pieces = '';
        for (const delta of deltas) {
          pieces += visible.push(delta);
          expect(visible.text().startsWith(before)).toBe(true);
          before = visible.text();
        }
        expect(pieces).toBe(visible.text());
        expect(visible.text()).not.toContain('[[reply_to_current]]');
      }),
    );
  });
});
