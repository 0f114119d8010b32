import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pinFile } from './pinned-file.ts';

/** A program of the sandbox changes the folders while the gateway is about to use a file in them. */

let base: string;
let root: string;
let secret: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'chela-pin-'));
  root = join(base, 'workspace');
  secret = join(base, 'state');
  await mkdir(join(root, 'notes'), { recursive: true });
  await mkdir(secret);
  await writeFile(join(secret, 'key'), 'sk-secret');
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function swapForLink(): Promise<void> {
  await rename(join(root, 'notes'), join(root, 'moved'));
  await symlink(secret, join(root, 'notes'));
}

describe.runIf(process.platform === 'linux')('a pinned file', () => {
  it('is where it was when a folder on the way becomes a link to the outside', async () => {
    const pinned = await pinFile(root, join(root, 'notes', 'key'), 'read');
    await swapForLink();
    await writeFile(pinned.at, 'mine');
    await pinned.release();
    expect(await readFile(join(secret, 'key'), 'utf8')).toBe('sk-secret');
    expect(await readFile(join(root, 'moved', 'key'), 'utf8')).toBe('mine');
  });

  it('makes the folders above it without following a link', async () => {
    const pinned = await pinFile(root, join(root, 'a', 'b', 'c.txt'), 'create');
    await writeFile(pinned.at, 'x');
    await pinned.release();
    expect(await readFile(join(root, 'a', 'b', 'c.txt'), 'utf8')).toBe('x');
    await swapForLink();
    await expect(pinFile(root, join(root, 'notes', 'new', 'x'), 'create')).rejects.toThrow('Path escapes sandbox root');
    expect(await readdir(secret)).toEqual(['key']);
  });

  it('is missing when its folder is', async () => {
    await expect(pinFile(root, join(root, 'no', 'file'), 'read')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
