import type { TranscriptEntry } from '@chela/store';
import { describe, expect, it } from 'vitest';
import { previewItems } from './preview-items.ts';

const text = (value: string) => ({ type: 'text', text: value });
const call = (name: string) => ({ type: 'toolCall', id: name, name, arguments: {} });
const entries = (messages: readonly { role: 'user' | 'assistant' | 'toolResult' | 'custom'; content: unknown }[]) =>
  messages.map(
    (message, i): TranscriptEntry => ({
      type: 'message',
      id: String(i),
      parentId: null,
      timestamp: '',
      message: { timestamp: i, ...message },
    }),
  );

describe('session previews', () => {
  it.each([
    [
      'user words without their stamp',
      { role: 'user', content: [text('[Tue 2026-02-17 10:00 UTC] hi')] },
      'user',
      'hi',
    ],
    ['several blocks', { role: 'assistant', content: [text('one'), text('two')] }, 'assistant', 'one\ntwo'],
    ['text beside a call', { role: 'assistant', content: [text('look'), call('read')] }, 'tool', 'look'],
    ['calls alone', { role: 'assistant', content: [call('a'), call('b'), call('c')] }, 'tool', 'call a, b +1'],
    ['a tool result', { role: 'toolResult', content: [text('out')] }, 'tool', 'out'],
    ['a picture', { role: 'user', content: [{ type: 'image' }] }, 'user', '[image]'],
    ['thinking alone', { role: 'assistant', content: [{ type: 'thinking' }] }, 'assistant', '[thinking]'],
    ['another kind of message', { role: 'custom', content: 'cc' }, 'other', 'cc'],
  ] as const)('show %s', (_name, message, role, shown) => {
    expect(previewItems(entries([message]), 12, 240)).toEqual([{ role, text: shown }]);
  });

  it('leave out messages without words, keep the newest and shorten', () => {
    const items = previewItems(
      entries([
        { role: 'user', content: 'first' },
        { role: 'assistant', content: [] },
        { role: 'assistant', content: 'w'.repeat(30) },
      ]),
      1,
      20,
    );
    expect(items).toEqual([{ role: 'assistant', text: `${'w'.repeat(17)}...` }]);
  });
});
