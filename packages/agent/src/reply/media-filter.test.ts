import { describe, expect, it } from 'vitest';
import { createMediaLineFilter } from './media-filter.ts';

const shown = (text: string, size: number): string => {
  const filter = createMediaLineFilter();
  let result = '';
  for (let at = 0; at < text.length; at += size) result += filter.push(text.slice(at, at + size));
  return result;
};

describe('createMediaLineFilter', () => {
  it.each([
    ['Look\nMEDIA: ./pic.png\nbye', 'Look\nbye'],
    ['MEDIA:https://example.com/a.png\nThere.', 'There.'],
    ['MEDIA:https://example.com/a.png', ''],
    ['Media matters\nhere', 'Media matters\nhere'],
    ['MEDIA: is a word\nhere', 'MEDIA: is a word\nhere'],
    ['```\nMEDIA:./pic.png\n```\nMEDIA:./b.png\nend', '```\nMEDIA:./pic.png\n```\nend'],
    ['a\n\nb\n', 'a\n\nb\n'],
  ])('shows of %j what is no media, in pieces of any size', (text, expected) => {
    for (const size of [1, 2, 5, 100]) expect(shown(text, size)).toBe(expected);
  });
});
