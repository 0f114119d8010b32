import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuthStoreFiles, authStorePath, createAuthStoreFiles } from './store-file.ts';

let dir: string;
let nowMs: number;
let files: AuthStoreFiles;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'auth-store-'));
  nowMs = 1_000_000;
  files = createAuthStoreFiles({ now: () => nowMs });
});
afterEach(() => rm(dir, { recursive: true }));

const withKey = (key: string) => ({
  version: 1,
  profiles: { 'openai:a': { type: 'api_key', provider: 'openai', key } },
});
const writtenByOthers = (key: string): Promise<void> => writeFile(authStorePath(dir), JSON.stringify(withKey(key)));
const key = async (): Promise<string | undefined> => (await files.read(dir)).profiles['openai:a']?.secret;

test('a key another process stores is seen soon after, without a look at the file for every question', async () => {
  expect(await key()).toBeUndefined();
  await writtenByOthers('first');
  expect(await key()).toBeUndefined();
  nowMs += 25;
  expect(await key()).toBe('first');
  await rm(authStorePath(dir));
  nowMs += 25;
  expect(await key()).toBeUndefined();
});

test('a key this process stores is seen at once', async () => {
  await writtenByOthers('first');
  expect(await key()).toBe('first');
  await files.update(dir, () => withKey('second'));
  expect(await key()).toBe('second');
});
