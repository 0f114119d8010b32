import { expect, it } from 'vitest';
import { type Bench, createBench, textOf } from '../testing/bench.ts';
import { limitResult } from './result-limit.ts';

const WINDOW = 10_000;
const BUDGET = 12_000;
const textResult = (...texts: string[]) => ({ content: texts.map((text) => ({ type: 'text' as const, text })) });
const lines = Array.from({ length: 5_000 }, (_, n) => `line ${n + 1}`).join('\n');

it('leaves a result alone that fits', () => {
  const result = textResult('x'.repeat(BUDGET));
  expect(limitResult(result, WINDOW)).toBe(result);
});

it('keeps head and tail in whole lines, and never more than fits', () => {
  const text = textOf(limitResult(textResult(lines), WINDOW, 'abc'));
  expect(text.length).toBeLessThanOrEqual(BUDGET);
  expect(text.startsWith('line 1\n')).toBe(true);
  expect(text.endsWith('\nline 5000')).toBe(true);
  expect(text).toMatch(
    /\nline \d+\n\n\[Output cut: \d+ characters are left out here\. .*"tool-result:abc".*\]\n\nline \d+\n/,
  );
});

it('gives each block its share', () => {
  const { content } = limitResult(textResult('a'.repeat(30_000), 'b'.repeat(10_000)), WINDOW);
  const sizes = content.map((part) => (part.type === 'text' ? part.text.length : 0));
  expect(sizes[0]).toBeGreaterThan(8_990);
  expect(sizes[1]).toBeGreaterThan(2_990);
  expect((sizes[0] ?? 0) + (sizes[1] ?? 0)).toBeLessThanOrEqual(BUDGET);
});

it('is read page by page with its handle, in its own session only', async () => {
  const stored = new Map<string, { readonly sessionKey: string; readonly text: string }>();
  const results = {
    keep: async ({ sessionKey, text }: { sessionKey: string; text: string }) => {
      stored.set('h1', { sessionKey, text });
      return 'h1';
    },
    find: async (handle: string) => stored.get(handle),
    latest: async (sessionKey: string) => [...stored.values()].findLast((kept) => kept.sessionKey === sessionKey),
  };
  const bench: Bench = await createBench({}, { rooms: { results } });
  const shown = textOf(await bench.call('exec', { command: 'seq 1 30000' }, { contextWindow: WINDOW }));
  expect(shown.length).toBeLessThanOrEqual(BUDGET);
  expect(shown).toContain('read with path "tool-result:h1"');
  expect(shown.endsWith('\n29999\n30000')).toBe(true);
  const page = textOf(await bench.call('read', { path: 'tool-result:h1', offset: 15_000, limit: 3 }));
  expect(page).toBe('15000\n15001\n15002\n\n[14998 more lines in file. Use offset=15003 to continue.]');
  expect(textOf(await bench.call('read', { path: 'tool-result:last', offset: 15_000, limit: 3 }))).toBe(page);
  const foreign = await bench.call('read', { path: 'tool-result:h1' }, { sessionKey: 'agent:main:other' });
  expect(textOf(foreign)).toContain('There is no tool result tool-result:h1 in this session');
  expect(textOf(await bench.call('read', { path: 'tool-result:h2' }))).toContain('There is no tool result');
  await bench.close();
});

it('gives a text without line ends pages too', async () => {
  const text = 'x'.repeat(10_000);
  const kept = async () => ({ sessionKey: 'agent:main:main', text });
  const results = { keep: async () => 'h', find: kept, latest: kept };
  const bench = await createBench({}, { rooms: { results } });
  const page = textOf(await bench.call('read', { path: 'tool-result:h', offset: 3 }));
  expect(page).toBe('x'.repeat(2_000));
  await bench.close();
});
