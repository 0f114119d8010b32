import type { ModelMessage } from '@chela/models';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitMessages, messageChars, REMOVED_OUTPUT_TEXT } from './context-guard.ts';

const WINDOW_TOKENS = 16_000;
const user = (chars: number): ModelMessage => ({
  role: 'user',
  content: [{ type: 'text', text: 'u'.repeat(chars) }],
  timestamp: 1,
});
const step = (chars: number): ModelMessage[] => [
  {
    role: 'assistant',
    content: [{ type: 'toolCall', id: 'c', name: 'read', arguments: {} }],
    api: '',
    provider: '',
    model: '',
    usage: {
      input: 0,
      output: 0,
      cacheRead: 0,
      cacheWrite: 0,
      totalTokens: 0,
      cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
    },
    stopReason: 'toolUse',
    timestamp: 1,
  },
  {
    role: 'toolResult',
    toolCallId: 'c',
    toolName: 'read',
    content: [{ type: 'text', text: 'r'.repeat(chars) }],
    isError: false,
    timestamp: 1,
  },
];
const fit = (messages: readonly ModelMessage[], fixedChars = 0) =>
  fitMessages({ messages, fixedChars, contextWindowTokens: WINDOW_TOKENS });
const size = (messages: readonly ModelMessage[]) => messages.reduce((sum, message) => sum + messageChars(message), 0);

describe('the context guard', () => {
  test('a list that fits is left alone', () => {
    const messages = [user(100), ...step(100)];
    expect(fit(messages)).toBe(messages);
  });

  test('the oldest tool output goes first', () => {
    const messages = fit([user(10), ...step(10_000), ...step(10_000), ...step(10_000)]);
    const outputs = messages.flatMap((message) => (message.role === 'toolResult' ? [message.content[0]] : []));
    expect(outputs[0]).toEqual({ type: 'text', text: REMOVED_OUTPUT_TEXT });
    expect(outputs.at(-1)).toMatchObject({ text: 'r'.repeat(10_000) });
  });

  test('one result takes at most half of the window', () => {
    const [, , result] = fit([user(10), ...step(100_000)]);
    const text = result?.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    expect(text).toMatch(/\[truncated: output exceeded context limit\]$|^\[compacted: tool output removed/);
  });

  test('old turns are left out with a note and the newest message stays whole', () => {
    const messages = fit([user(30_000), user(30_000), user(1_000)]);
    expect(messages.at(-1)).toEqual(user(1_000));
    expect(messages[0]?.content[0]).toMatchObject({ text: expect.stringContaining('left out') });
  });

  test('whatever the conversation, the request fits', () => {
    const turn = fc.tuple(fc.nat({ max: 90_000 }), fc.array(fc.nat({ max: 90_000 }), { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 6 }), fc.nat({ max: 20_000 }), (turns, fixed) => {
        const messages = turns.flatMap(([chars, steps]) => [user(chars), ...steps.flatMap(step)]);
        expect(size(fit(messages, fixed)) + fixed).toBeLessThanOrEqual(WINDOW_TOKENS * 4 * 0.75);
      }),
      { numRuns: 60 },
    );
  });
});
