import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rotateFile } from './rotate-file.ts';

const HOUR_MS = 60 * 60_000;
let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chela-rotate-'));
  file = join(dir, 'sessions.json');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a file beyond the size leaves a copy and stays where it is', async () => {
  await writeFile(file, 'x'.repeat(11));
  await rotateFile(file, 10, 5_000);
  expect((await readdir(dir)).toSorted()).toEqual(['sessions.json', 'sessions.json.bak.5000']);
  expect(await readFile(`${file}.bak.5000`, 'utf8')).toBe('x'.repeat(11));
});

test('a smaller file and one that is not there leave none', async () => {
  await rotateFile(file, 10, 5_000);
  await writeFile(file, 'x'.repeat(10));
  await rotateFile(file, 10, 5_000);
  expect(await readdir(dir)).toEqual(['sessions.json']);
});

test('three copies are kept, at most one an hour', async () => {
  await writeFile(file, 'x'.repeat(11));
  for (const hours of [1, 1.5, 2, 3, 4]) await rotateFile(file, 10, hours * HOUR_MS);
  const copies = (await readdir(dir)).filter((name) => name.includes('.bak.'));
  expect(copies.toSorted()).toEqual([2, 3, 4].map((hours) => `sessions.json.bak.${hours * HOUR_MS}`).toSorted());
});
