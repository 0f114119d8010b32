import { describe, expect, test } from 'vitest';
import { CORPUS_TRACES } from '../default-gateway.ts';
import { batchesOf } from './batches.ts';
import { loadScenarios } from './load-scenarios.ts';
import { sseEvents } from './sse.ts';
import { expand } from './template.ts';

/** A template variable, spelled without a template literal. */
const v = (name: string): string => `$\{${name}}`;

describe('templates', () => {
  test('a text that is only a variable becomes the value itself', () => {
    expect(expand({ n: v('count'), s: `n=${v('count')}` }, { count: 3 })).toEqual({ n: 3, s: 'n=3' });
  });

  test('keys are filled in, unknown names stay', () => {
    expect(expand({ [`${v('dir')}/x`]: v('nobody') }, { dir: '/d' })).toEqual({ '/d/x': v('nobody') });
  });

  test('clocks, repetitions and devices are computed', () => {
    expect(expand(v('repeat:A:3'), {})).toBe('AAA');
    expect(expand(v('now+1000'), {})).toBeGreaterThan(Date.now());
    expect(expand(v('device:phone'), {})).toBe(expand(v('device:phone'), {}));
  });
});

describe('server-sent events', () => {
  test('text deltas are joined, other events are not', () => {
    const text = 'data: {"delta":"Hel"}\n\ndata: {"delta":"lo"}\n\nevent: end\ndata: [DONE]\n\n';
    expect(sseEvents(text)).toEqual([{ data: { delta: 'Hello' } }, { event: 'end', data: '[DONE]' }]);
  });

  test('chat chunks are joined by the content of their first choice', () => {
    const chunk = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
    expect(sseEvents(chunk('a') + chunk('b'))).toEqual([{ data: { choices: [{ delta: { content: 'ab' } }] } }]);
  });
});

describe('the corpus', () => {
  test('every trace is a valid scenario with expectations', async () => {
    const entries = await loadScenarios([CORPUS_TRACES]);
    expect(entries.length).toBeGreaterThan(200);
    expect(entries.filter(({ scenario }) => !scenario.steps.some((step) => 'expect' in step))).toEqual([]);
  });

  test('scenarios that leave nothing behind share a gateway with those of the same setup', async () => {
    const entries = await loadScenarios([CORPUS_TRACES], ['handshake/']);
    expect(batchesOf(entries, false).length).toBeLessThan(entries.length);
    expect(batchesOf(entries, true)).toHaveLength(entries.length);
  });
});
