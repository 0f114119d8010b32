import { expect, test } from 'vitest';
import { createSystemEvents } from './system-events.ts';

const texts = (events: ReturnType<typeof createSystemEvents>, key = 's'): readonly string[] =>
  events.list(key).map(({ text }) => text);

test('a repeated note is one, and a note of a context takes the place of the earlier one', () => {
  const events = createSystemEvents({ now: () => 7 });
  for (const text of ['a', 'a', 'b']) events.add('s', text);
  events.add('s', 'running', 'Exec:1');
  events.add('s', 'finished', ' exec:1 ');
  expect(texts(events)).toEqual(['a', 'b', 'finished']);
  expect(events.list('s').at(-1)).toEqual({ text: 'finished', at: 7, contextKey: 'exec:1' });
});

test('a session keeps the newest twenty, and drained notes are gone', () => {
  const events = createSystemEvents({ now: () => 7 });
  for (let n = 0; n < 25; n += 1) events.add('s', `n${n}`);
  expect(events.drain('s').map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, n) => `n${n + 5}`));
  expect(texts(events)).toEqual([]);
});
