import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { migrateLegacyConfig, parseJson5, readConfig } from '@chela/config';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusConfigs } from './corpus-frames.ts';
import { mutatedText } from './mutations.ts';
import { fuzzSeed } from './seed.ts';

const FILES = 10_000;
const EXAMPLES = resolve(import.meta.dirname, '../../packages/config/data/examples');
const MIGRATIONS = resolve(import.meta.dirname, '../../packages/config/data/migrations');

const seed = fuzzSeed('configuration files');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chela-fuzz-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The contract's examples, files of older versions, and the configurations of the traces. */
async function seeds(): Promise<readonly unknown[]> {
  const names = (await readdir(EXAMPLES)).filter((name) => /\.json5?$/.test(name) && !name.includes('.expected.'));
  const texts = await Promise.all(names.map((name) => readFile(join(EXAMPLES, name), 'utf8')));
  const examples = await Promise.all(texts.map((text) => parseJson5(text).catch(() => undefined)));
  const older = await Promise.all(
    (await readdir(MIGRATIONS)).map(
      async (name): Promise<unknown> => JSON.parse(await readFile(join(MIGRATIONS, name), 'utf8')),
    ),
  );
  return [...examples.filter((example) => example !== undefined), ...older.flat(), ...(await corpusConfigs())];
}

test('a mutated file is accepted or ends in issues, never in anything thrown', async () => {
  const paths = { homeDir: folder, stateDir: join(folder, '.openclaw'), configPath: join(folder, 'openclaw.json') };
  const texts = fc.sample(mutatedText(await seeds()), { numRuns: FILES, seed });
  let valid = 0;
  for (const text of texts) {
    await writeFile(paths.configPath, text);
    const thrown = (error: unknown): never => {
      throw new Error(`this file: ${text.slice(0, 4_000)}`, { cause: error });
    };
    const { snapshot } = await readConfig(paths, {}).catch(thrown);
    if (snapshot.valid) valid += 1;
    else {
      expect(snapshot.issues.length).toBeGreaterThan(0);
      for (const issue of snapshot.issues) {
        expect(issue).toEqual({ path: expect.any(String), message: expect.any(String) });
      }
    }
    await migrateLegacyConfig(snapshot.parsed, paths).catch(thrown);
  }
  expect(valid).toBeGreaterThan(0);
  expect(valid).toBeLessThan(FILES);
});
