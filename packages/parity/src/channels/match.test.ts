import { describe, expect, test } from 'vitest';
import { differences, matchesText } from './match.ts';

describe('texts with placeholders', () => {
  test.each([
    ['Pairing code: <code>', 'Pairing code: ABCD2345', true],
    ['Pairing code: <code>', 'Pairing code: none', false],
    ['<b>bold</b> and <code>code</code>', '<b>bold</b> and <code>code</code>', true],
    ['<b>bold</b>', '<i>bold</i>', false],
    ['[<now>] hi', '[Mon 2026-11-23 10:00 UTC] hi', true],
    [
      '<state>/media/inbound/s---<uuid>.png',
      '/x/state/media/inbound/s---0f0f0f0f-0000-4000-8000-000000000000.png',
      true,
    ],
  ])('%s and %s', (want, got, matches) => {
    expect(matchesText(want, got)).toBe(matches);
  });
});

test('every difference has its path', () => {
  const want = { a: [1, { b: 'x' }], gone: true };
  const got = { a: [1, { b: 'y' }], more: 1 };
  expect(differences(want, got, 'case')).toEqual([
    'case.a[1].b: expected "x", got "y"',
    'case.gone: expected true, got nothing',
    'case.more: expected nothing, got 1',
  ]);
});
