import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stateFolder } from '../store-fixture.ts';
import { readEnds, readLines } from './file-lines.ts';

async function linesOf(file: string, start = 0) {
  const lines: string[] = [];
  let end = start;
  for await (const chunk of readLines(file, start)) {
    lines.push(...chunk.lines);
    end = chunk.end;
  }
  return { lines, end };
}

describe('the lines of a file', () => {
  test('come whole, whatever their length, and end where the file ends', async () => {
    const file = join(await stateFolder(), 'lines');
    const line = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constant('é'.repeat(200_000)),
      fc.constant('x'.repeat(600_000)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.boolean(), async (raw, endsWithNewline) => {
        const expected = raw.map((text) => text.replaceAll(/[\r\n]/g, ' ')).filter((text) => text.trim() !== '');
        const text = expected.join('\n') + (endsWithNewline && expected.length > 0 ? '\n' : '');
        await writeFile(file, text);
        expect(await linesOf(file)).toEqual({ lines: expected, end: Buffer.byteLength(text) });
      }),
      { numRuns: 40 },
    );
  });

  test('can be read on from where the last reading ended', async () => {
    const file = join(await stateFolder(), 'lines');
    await writeFile(file, 'one\ntwo\n');
    const { end } = await linesOf(file);
    await writeFile(file, 'one\ntwo\nthree\n');
    expect(await linesOf(file, end)).toEqual({ lines: ['three'], end: 14 });
  });
});

test('the ends of a small file are the file, those of a big one its first and last bytes', async () => {
  const file = join(await stateFolder(), 'ends');
  await writeFile(file, 'abcdef');
  expect(await readEnds(file, 10)).toEqual({ head: 'abcdef', tail: 'abcdef' });
  expect(await readEnds(file, 2)).toEqual({ head: 'ab', tail: 'ef' });
});
