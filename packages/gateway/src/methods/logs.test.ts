import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BASE_CONFIG, type MethodBench, openMethodBench } from './testing/method-bench.ts';

async function withLog(
  content: string,
): Promise<{ bench: MethodBench; file: string; tail(params?: object): Promise<unknown> }> {
  const logging: { file: string } = { file: '' };
  const bench = await openMethodBench({ config: { ...BASE_CONFIG, logging } });
  logging.file = join(bench.stateDir, 'gateway.log');
  await writeFile(logging.file, content);
  return { bench, file: logging.file, tail: (params = {}) => bench.call('logs.tail', params) };
}

describe('logs.tail', () => {
  it('gives the last lines and goes on behind them', async () => {
    const { bench, file, tail } = await withLog('one\ntwo\nthree\n');
    await using _owned = bench;
    const first = { file, cursor: 14, size: 14, lines: ['two', 'three'], truncated: false, reset: false };
    expect(await tail({ limit: 2 })).toEqual(first);
    await appendFile(file, 'four\n');
    expect(await tail({ cursor: 14 })).toEqual({ ...first, cursor: 19, size: 19, lines: ['four'] });
    expect(await tail({ cursor: 19 })).toMatchObject({ lines: [], reset: false });
  });

  it('starts anew when the cursor lies behind the end or too far back', async () => {
    const { bench, tail } = await withLog('one\ntwo\nthree\n');
    await using _owned = bench;
    expect(await tail({ cursor: 999 })).toMatchObject({
      lines: ['one', 'two', 'three'],
      reset: true,
      truncated: false,
    });
    expect(await tail({ cursor: 0, maxBytes: 7 })).toMatchObject({ lines: ['three'], reset: true, truncated: true });
  });

  it('never shows half a line', async () => {
    const { bench, tail } = await withLog('a long first line\nend\n');
    await using _owned = bench;
    expect(await tail({ maxBytes: 10 })).toMatchObject({ lines: ['end'], truncated: true });
    expect(await tail({ maxBytes: 2 })).toMatchObject({ lines: [], truncated: true });
    expect(await tail({ maxBytes: 4 })).toMatchObject({ lines: ['end'] });
  });

  it('is empty while nothing was logged', async () => {
    const { bench, file, tail } = await withLog('');
    await using _owned = bench;
    expect(await tail()).toEqual({ file, cursor: 0, size: 0, lines: [], truncated: false, reset: false });
  });
});
