import { expect, test } from 'vitest';
import { createPatternSet } from './pattern-set.ts';

test('a match in a long text is found wherever it stands, also where two pieces meet', async () => {
  const set = await createPatternSet(['ignore\\s+all', 'never there']);
  for (const at of [0, 14_330, 16_380, 33_000, 59_990]) {
    const text = `${'x '.repeat(at / 2)}ignore   all${' x'.repeat((60_000 - at) / 2)}`;
    expect(await set.matches(text)).toEqual([{ pattern: 'ignore\\s+all', start: at, end: at + 12 }]);
  }
});

test('patterns made to stall do not keep the loop from other work for long', async () => {
  const set = await createPatternSet(['(a+)+$', '(a|a)*b', '(.*a){20}', '(\\w+\\s?)*b']);
  const text = `${'a'.repeat(200_000)}!`;
  await set.matches(text.slice(0, 20_000));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await set.matches(text);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(10);
});
