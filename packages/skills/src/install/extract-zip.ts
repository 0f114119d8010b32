import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Extraction } from './extract-archive.ts';
import { createUnpackBudget, isInside, stripped, TOO_LARGE } from './unpack-bounds.ts';

const TYPE_BITS = 0o170_000;
const LINK_BITS = 0o120_000;
const EXECUTE_BITS = 0o111;

/** Unpacks a zip archive. The library refuses absolute paths, `..` and wrong sizes; links are left out. */
export async function extractZip({ file, dir, strip, signal }: Extraction): Promise<void> {
  const { openPromise } = await import('yauzl');
  const budget = createUnpackBudget();
  const zip = await openPromise(file, { lazyEntries: true, strictFileNames: true });
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted();
      if (!budget.take(entry.uncompressedSize)) throw new Error(TOO_LARGE);
      const mode = entry.externalFileAttributes >>> 16;
      const path = stripped(entry.fileName, strip);
      if (path === '' || (mode & TYPE_BITS) === LINK_BITS) continue;
      const target = resolve(dir, path);
      if (!isInside(dir, target)) throw new Error(`the archive holds a path outside of its folder: ${entry.fileName}`);
      if (entry.fileName.endsWith('/')) {
        await mkdir(target, { recursive: true });
        continue;
      }
      await mkdir(dirname(target), { recursive: true });
      const permissions = (mode & EXECUTE_BITS) === 0 ? 0o644 : 0o755;
      const content = await zip.openReadStreamPromise(entry);
      await pipeline(content, createWriteStream(target, { mode: permissions }), { signal });
    }
  } finally {
    zip.close();
  }
}
