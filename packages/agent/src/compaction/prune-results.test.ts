import type { ModelMessage } from '@chela/models';
import { describe, expect, test } from 'vitest';
import { hasPromptCache, pruneResults } from './prune-results.ts';
import { pruningSettings } from './pruning-settings.ts';

const MINUTE_MS = 60_000;

/** A turn with one call; `at` is in minutes. */
function turn(at: number, size: number, tool = 'exec'): readonly ModelMessage[] {
  const timestamp = at * MINUTE_MS;
  const text = `head ${'x'.repeat(size)} tail`;
  return [
    { role: 'user', content: [{ type: 'text', text: `ask ${at}` }], timestamp },
    {
      role: 'assistant',
      content: [{ type: 'toolCall', id: `c${at}`, name: tool, arguments: {} }],
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
      timestamp,
    },
    {
      role: 'toolResult',
      toolCallId: `c${at}`,
      toolName: tool,
      content: [{ type: 'text', text }],
      isError: false,
      timestamp,
    },
  ];
}

const settings = (changes: object = {}) => {
  const found = pruningSettings({ mode: 'cache-ttl', ttl: '5m', keepLastAssistants: 1, ...changes });
  if (found === undefined) throw new Error('pruning is off');
  return found;
};
const results = (messages: readonly ModelMessage[]) =>
  messages.flatMap((message) =>
    message.role === 'toolResult'
      ? [message.content.map((part) => (part.type === 'text' ? part.text : '')).join('')]
      : [],
  );
const WINDOW = 10_000;

describe('pruning tool results', () => {
  test('trims results from before the newest pause and leaves those after it', () => {
    const messages = [...turn(0, 9_000), ...turn(1, 9_000), ...turn(30, 9_000)];
    const [first, second, third] = results(pruneResults(messages, settings(), WINDOW));
    for (const text of [first, second]) {
      expect(text).toMatch(/^head x+\n\.\.\.\nx+ tail/);
      expect(text?.length).toBeLessThan(4_000);
    }
    expect(third?.length).toBeGreaterThan(9_000);
  });

  test('is the same for every request until the next pause, so that the cache is used', () => {
    const before = [...turn(0, 9_000), ...turn(30, 9_000)];
    const once = pruneResults(before, settings(), WINDOW);
    const again = pruneResults([...before, ...turn(31, 100)], settings(), WINDOW);
    expect(again.slice(0, once.length)).toEqual(once);
  });

  test('clears the oldest results when trimming is not enough', () => {
    const messages = [...turn(0, 30_000), ...turn(1, 30_000), ...turn(30, 10)];
    const hard = settings({ softTrim: { maxChars: 100_000 }, minPrunableToolChars: 1_000 });
    expect(results(pruneResults(messages, hard, WINDOW)).slice(0, 2)).toEqual([
      '[Old tool result content cleared]',
      '[Old tool result content cleared]',
    ]);
  });

  test('leaves small contexts, warm caches and excluded tools alone', () => {
    const small = [...turn(0, 10), ...turn(30, 10)];
    expect(pruneResults(small, settings(), WINDOW)).toBe(small);
    const warm = [...turn(0, 9_000), ...turn(1, 9_000)];
    expect(pruneResults(warm, settings(), WINDOW)).toEqual(warm);
    const excluded = [...turn(0, 9_000, 'web_fetch'), ...turn(30, 9_000)];
    expect(
      results(pruneResults(excluded, settings({ tools: { deny: ['web_*'] } }), WINDOW))[0]?.length,
    ).toBeGreaterThan(9_000);
  });

  test.each([
    ['anthropic', 'claude', true],
    ['openrouter', 'anthropic/claude', true],
    ['openrouter', 'meta/llama', false],
    ['openai', 'gpt', false],
  ])('%s %s: %s', (provider, model, expected) => {
    expect(hasPromptCache({ provider, model })).toBe(expected);
  });
});
