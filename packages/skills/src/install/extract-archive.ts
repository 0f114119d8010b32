import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArchiveKind } from '../skill.ts';
import { createUnpackBudget, isInside, stripped, TOO_LARGE } from './unpack-bounds.ts';

export interface Extraction {
  readonly file: string;
  readonly archive: ArchiveKind;
  /** An empty folder; nothing is written outside of it. */
  readonly dir: string;
  /** Leading folders of each path that are left out. */
  readonly strip: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Unpacks an archive. Rejects at an entry that would land outside of the folder, and when it becomes too much. */
export async function extractArchive(extraction: Extraction): Promise<void> {
  if (extraction.archive === 'zip') {
    const { extractZip } = await import('./extract-zip.ts');
    return extractZip(extraction);
  }
  if (extraction.archive === 'tar.gz') return extractTar(createReadStream(extraction.file), extraction);
  const child = spawn('bzip2', ['-dc', extraction.file], {
    env: { ...extraction.env },
    stdio: ['ignore', 'pipe', 'ignore'],
    signal: extraction.signal,
  });
  const ended = new Promise<void>((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => (code === 0 ? done() : failed(new Error(`bzip2 ended with exit code ${code}`))));
  });
  await Promise.all([ended, extractTar(child.stdout, extraction)]);
}

/** Kinds of tar entries that are unpacked; devices, pipes and hard links are no part of a tool. */
const UNPACKED_TYPES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'SymbolicLink']);

async function extractTar(source: Readable, { dir, strip, signal }: Extraction): Promise<void> {
  const { Unpack } = await import('tar');
  const budget = createUnpackBudget();
  const sink = new Unpack({
    cwd: dir,
    strip,
    strict: true,
    preserveOwner: false,
    filter(path, entry) {
      if (!('type' in entry) || !UNPACKED_TYPES.has(entry.type)) return false;
      if (!budget.take(entry.size)) {
        sink.abort(new Error(TOO_LARGE));
        return false;
      }
      if (entry.type !== 'SymbolicLink') return true;
      // A link to a place outside is left out: what comes later could be written through it.
      const from = resolve(dir, dirname(stripped(path, strip)));
      return isInside(dir, resolve(from, entry.linkpath ?? '/'));
    },
  });
  await pipeline(source, sink, { signal });
}
