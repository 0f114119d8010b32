import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';
import { diff } from './diff.ts';
import { createNormalizer, type KnownFacts } from './normalizer.ts';
import { factsOf, lackingFacts } from './prose.ts';
import { applyRules, type Rule } from './rules.ts';

const known: KnownFacts = {
  paths: [
    ['/run/home/.openclaw', 'state'],
    ['/run', 'run'],
  ],
  ports: { 4711: 'port' },
  versions: ['1.2.3'],
  literals: { 'abc-42': 'sid' },
};

describe('normalizing', () => {
  test('a uuid keeps its number for a whole trace', () => {
    const normalizer = createNormalizer([]);
    const [first, second] = [randomUUID(), randomUUID()];
    expect(normalizer.normalize({ a: first, b: `run ${second}` }, known)).toEqual({ a: '<uuid:1>', b: 'run <uuid:2>' });
    expect(normalizer.normalize([second, first], known)).toEqual(['<uuid:2>', '<uuid:1>']);
  });

  test('times near the run are volatile, others are facts', () => {
    const now = Date.now();
    const value = { at: now, atSec: Math.floor(now / 1000), iso: new Date(now).toISOString(), old: 946_684_800_000 };
    expect(createNormalizer([]).normalize(value, known)).toEqual({
      at: '<ms>',
      atSec: '<sec>',
      iso: '<iso>',
      old: 946_684_800_000,
    });
  });

  test('folders, ports, versions, captured texts and durations become placeholders', () => {
    const value = {
      file: '/run/home/.openclaw/x',
      url: 'ws://127.0.0.1:4711',
      version: '1.2.3',
      age: 5,
      s: 'is abc-42',
    };
    expect(createNormalizer([]).normalize(value, known)).toEqual({
      file: '<path:state>/x',
      url: 'ws://127.0.0.1:<port>',
      version: '<version>',
      age: '<dur>',
      s: 'is <var:sid>',
    });
  });
});

describe('rules', () => {
  const value = {
    list: [
      { id: 'b', n: 1 },
      { id: 'a', n: 2 },
    ],
    deep: { deeper: { id: 'x' } },
  };

  const cases: readonly (readonly [Rule, unknown])[] = [
    [
      { path: 'list', op: 'length' },
      { ...value, list: '<length:2>' },
    ],
    [
      { path: '**.id', op: 'ignore' },
      {
        list: [
          { id: '<any>', n: 1 },
          { id: '<any>', n: 2 },
        ],
        deep: { deeper: { id: '<any>' } },
      },
    ],
    [
      { path: 'list', op: 'sort', by: 'id' },
      {
        ...value,
        list: [
          { id: 'a', n: 2 },
          { id: 'b', n: 1 },
        ],
      },
    ],
    [
      { path: 'list', op: 'only', names: ['a'] },
      { ...value, list: [{ id: 'a', n: 2 }] },
    ],
    [
      { path: 'list.*', op: 'drop', names: ['n'] },
      { ...value, list: [{ id: 'b' }, { id: 'a' }] },
    ],
    [{ path: '', op: 'keys' }, ['deep', 'list']],
    [
      { path: 'deep', op: 'type' },
      { ...value, deep: '<object>' },
    ],
  ];

  test.each(cases)('%o', (rule, expected) => {
    expect(applyRules(value, [rule])).toEqual(expected);
  });
});

describe('differences', () => {
  test('each names its path', () => {
    expect(diff({ a: [1, { b: 2 }], c: 3 }, { a: [1, { b: '2' }], d: 4 })).toEqual([
      'a[1].b: expected 2, got "2"',
      'c: missing, expected 3',
      'd: not expected, got 4',
    ]);
  });

  test('prose may be worded freely when it carries the same facts', () => {
    const want = 'Current thinking level: off.\nOptions: off, minimal, low, medium, high.';
    expect(diff({ text: want }, { text: 'Thinking is off; pick off, minimal, low, medium or high.' })).toEqual([]);
    expect(diff({ text: want }, { text: 'Thinking is off.' })).toEqual([
      'text: text lacks minimal · low · medium · high',
    ]);
  });

  test('facts are commands, keys, numbers, quoted words and choices', () => {
    expect(factsOf('Use /model "m1" or agents.defaults, cap=20. Options: on, off, stream.')).toEqual([
      '/model',
      'm1',
      'agents.defaults',
      'cap=20',
      'on',
      'off',
      'stream',
    ]);
    expect(lackingFacts('Use /new.', '')).toEqual(['(empty text)']);
  });
});

describe('streaming', () => {
  const delta = (text: string): Record<string, unknown> => ({
    event: 'chat',
    payload: { runId: 'r', state: 'delta', message: { content: [{ type: 'text', text }] } },
  });
  const final = { event: 'chat', payload: { runId: 'r', state: 'final' } };

  test('a stretch of deltas is one event', () => {
    const merged = coalesce([delta('H'), delta('Hel'), delta('Hello'), final]);
    expect(merged).toEqual([
      { event: 'chat', payload: { runId: 'r', state: 'delta', message: { content: '<growing text>' } } },
      final,
    ]);
  });

  test('a text that does not extend the one before is told', () => {
    expect(coalesce([delta('Hel'), delta('Oops')])[0]).toMatchObject({
      payload: { message: { content: '<text that does not grow>' } },
    });
  });
});
