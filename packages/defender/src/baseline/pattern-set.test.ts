import { describe, expect, test } from 'vitest';
import { createPatternSet } from './pattern-set.ts';

test('a match in a long text is found wherever it stands, also where two pieces meet', async () => {
  const set = await createPatternSet(['ignore\\s+all', 'never there']);
  for (const at of [0, 14_330, 16_380, 33_000, 59_990]) {
    const text = `${'x '.repeat(at / 2)}ignore   all${' x'.repeat((60_000 - at) / 2)}`;
    expect(await set.matches(text)).toEqual(['ignore\\s+all']);
  }
});

test('a pattern that asks for the ends of a text gets its ends, of however long a one', async () => {
  const set = await createPatternSet(['^begin', 'end$', '^[a-z\\s]+$', '^x']);
  const text = (words: string): string => `begin ${words} end`;
  expect(await set.matches(text('word '.repeat(4_000)))).toEqual(['^begin', 'end$', '^[a-z\\s]+$']);
  expect(await set.matches(text('word '.repeat(200_000)))).toEqual(['^begin', 'end$', '^[a-z\\s]+$']);
  expect(await set.matches(text('x'.repeat(20_000)).replace('begin', ' begin'))).toEqual(['end$', '^[a-z\\s]+$']);
});

describe('patterns made to stall', () => {
  const HOSTILE = ['(a+)+$', '(a|a)*b', '(.*a){20}b', '(\\w+\\s?)*b', '^(\\w+\\s?)*$', '(a|b)*a(a|b){15}c'];

  test('leave the loop a turn for every piece of the text', async () => {
    const set = await createPatternSet(HOSTILE);
    const text = `${'a'.repeat(200_000)}!`;
    let turns = 0;
    let counting: NodeJS.Immediate | undefined;
    const count = (): void => {
      turns += 1;
      counting = setImmediate(count);
    };
    counting = setImmediate(count);
    await set.matches(text);
    clearImmediate(counting);
    // Four patterns in fourteen pieces each, and two in one.
    expect(turns).toBeGreaterThanOrEqual(4 * 14);
  });

  test('take no longer for a hostile text than in proportion to its length', async () => {
    const set = await createPatternSet(HOSTILE);
    const time = async (chars: number): Promise<number> => {
      const times: number[] = [];
      for (let index = 0; index < 5; index += 1) {
        const text = `${'a'.repeat(chars)}${index}!`;
        const at = performance.now();
        await set.matches(text);
        times.push(performance.now() - at);
      }
      return Math.min(...times);
    };
    await time(20_000);
    // Sixteen times the text: a quadratic engine would need 256 times as long.
    expect((await time(320_000)) / (await time(20_000))).toBeLessThan(80);
  });
});
