import { describe, expect, it } from 'vitest';
import { createThinkingTagFilter, splitThinking, withoutThinkingTags } from './thinking-tags.ts';

const inPieces = (text: string, size: number): string => {
  const filter = createThinkingTagFilter();
  let shown = '';
  for (let at = 0; at < text.length; at += size) shown += filter.push(text.slice(at, at + size));
  return shown + filter.flush();
};

describe('withoutThinkingTags', () => {
  it.each([
    ['<think>secret</think>Visible', 'Visible'],
    ['<final>Only this</final>', 'Only this'],
    ['Text <think>mid</think> end', 'Text  end'],
    ['<THINKING>x</thinking>\n\nAnswer', '\n\nAnswer'],
    ['a < b and c > d', 'a < b and c > d'],
    ['<thinker>stays</thinker>', '<thinker>stays</thinker>'],
    ['write `<think>` literally', 'write `<think>` literally'],
    ['```\n<think>code</think>\n```\nafter', '```\n<think>code</think>\n```\nafter'],
    ['never closed <think>and on', 'never closed '],
    ['ends with <thi', 'ends with <thi'],
  ])('shows of %j what a reader may see, in pieces of any size', (text, shown) => {
    expect(withoutThinkingTags(text)).toBe(shown);
    for (const size of [1, 2, 3, 7]) expect(inPieces(text, size)).toBe(shown);
  });
});

describe('splitThinking', () => {
  it('parts the thinking at the head from the answer', () => {
    expect(splitThinking('<thinking>x</thinking>\n\nAnswer')).toEqual([
      { type: 'thinking', thinking: 'x' },
      { type: 'text', text: 'Answer' },
    ]);
  });

  it('finds it further on in a text that begins with a tag', () => {
    expect(splitThinking('<final>x</final> <think>y</think> z')).toEqual([
      { type: 'text', text: '<final>x</final> ' },
      { type: 'thinking', thinking: 'y' },
      { type: 'text', text: 'z' },
    ]);
  });

  it('leaves nothing of tags without words', () => {
    expect(splitThinking('<think> </think>')).toEqual([]);
  });

  it.each([
    'Text <think>mid</think> end',
    '<think>open',
    '<think>a<think>b</think></think>',
    '</think>a',
    '<final>a</final>',
    'plain',
  ])('leaves %j alone', (text) => {
    expect(splitThinking(text)).toBeUndefined();
  });
});
