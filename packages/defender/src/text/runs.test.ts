import { expect, test } from 'vitest';
import { runsOf } from './runs.ts';

const isX = (code: number): boolean => code === 'x'.charCodeAt(0);

test('stretches are found wherever they stand, the short ones passed over', () => {
  for (let before = 0; before < 12; before += 1) {
    const text = `${'-'.repeat(before)}xxxx-xxx-xxxxxx`;
    expect(runsOf(text, isX, 4, 9)).toEqual(['xxxx', 'xxxxxx']);
    expect(runsOf(text, isX, 4, 1)).toEqual(['xxxx']);
  }
  expect(runsOf('', isX, 4, 9)).toEqual([]);
});
