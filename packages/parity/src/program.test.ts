import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from './program.ts';

async function run(...args: string[]): Promise<{ code: number; out: string[]; notes: string[] }> {
  const out: string[] = [];
  const notes: string[] = [];
  const signal = new AbortController().signal;
  const code = await runProgram(args, { out: (line) => out.push(line), note: (line) => notes.push(line), signal });
  return { code, out, notes };
}

test('wrong usage exits 2 and says what is wrong', async () => {
  expect(await run()).toMatchObject({ code: 2 });
  expect(await run('dance')).toMatchObject({ code: 2, notes: [expect.stringContaining('dance'), expect.anything()] });
  expect(await run('replay')).toMatchObject({ code: 2 });
  expect(await run('replay', 'x', '--jobs', '0')).toMatchObject({ code: 2 });
  expect(await run('record', 'x')).toMatchObject({ code: 2 });
  expect(await run('score', '--nonsense')).toMatchObject({ code: 2 });
});

test('a table nobody runs is named and counts neither way', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parity-test-'));
  const file = join(folder, 'nobody-knows-this.json');
  await writeFile(file, JSON.stringify({ rule: 'a rule', cases: [{ id: '1', in: {}, out: 1 }] }));
  const { out } = await run('golden', file);
  expect(out).toContain('not covered yet: nobody-knows-this');
  expect(out.at(-1)).toMatch(/^\d+ passed, \d+ failed$/);
});

test('list names the corpus', async () => {
  const { code, out } = await run('list', '--only', 'health/');
  expect(code).toBe(0);
  expect(out[0]).toContain('health/');
});
