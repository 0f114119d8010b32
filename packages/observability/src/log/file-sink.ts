import { appendFileSync, mkdirSync } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { LineSink } from './line-writer.ts';
import { isRolledLogName, logDirectory, rolledLogName } from './log-file-path.ts';

const DIR_MODE = 0o700;
const FILE_MODE = 0o600;
const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** Older parts of one file: `<file>.1` is the newest of them. */
const KEPT_PARTS = 3;
const ROLLED_MAX_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Appends to the log file of the day, or to the configured file, and is its only writer in this process. Rolls at
 * midnight and by size; rolled files older than a day are removed when a new day is opened
 * (reference protocol/state-layout.md §3.16).
 */
export function createFileSink(deps: {
  readonly clock: Clock;
  /** `logging.file`, absolute; undefined for the file of the day. Asked before each write. */
  readonly configuredFile: () => string | undefined;
  readonly tmpDir?: string;
  readonly maxFileBytes?: number;
}): LineSink & { readonly path: string | undefined } {
  const maxBytes = deps.maxFileBytes ?? MAX_FILE_BYTES;
  let directory: string | undefined;
  let handle: FileHandle | undefined;
  let path: string | undefined;
  let bytes = 0;

  const target = async (): Promise<string> => {
    const configured = deps.configuredFile();
    if (configured !== undefined) return configured;
    directory ??= await logDirectory(deps.tmpDir);
    return join(directory, rolledLogName(deps.clock.now()));
  };

  const shut = async (): Promise<void> => {
    const old = handle;
    handle = undefined;
    await old?.close();
  };

  const openAt = async (next: string): Promise<FileHandle> => {
    await shut();
    const folder = dirname(next);
    await mkdir(folder, { recursive: true, mode: DIR_MODE });
    if (folder === directory) {
      await chmod(folder, DIR_MODE);
      await removeOldFiles(folder, deps.clock.now());
    }
    const opened = await open(next, 'a', FILE_MODE);
    bytes = (await opened.stat()).size;
    handle = opened;
    path = next;
    return opened;
  };

  return {
    get path() {
      return path;
    },
    async append(text) {
      const next = await target();
      let current = handle !== undefined && path === next ? handle : await openAt(next);
      const size = Buffer.byteLength(text);
      if (bytes > 0 && bytes + size > maxBytes) {
        await shut();
        await shiftParts(next);
        current = await openAt(next);
      }
      await current.appendFile(text, 'utf8');
      bytes += size;
    },
    appendSync(text) {
      const fallback = deps.configuredFile() ?? path;
      if (fallback === undefined) return;
      mkdirSync(dirname(fallback), { recursive: true, mode: DIR_MODE });
      appendFileSync(fallback, text, { mode: FILE_MODE });
    },
    close: shut,
  };
}

async function shiftParts(file: string): Promise<void> {
  await rm(`${file}.${KEPT_PARTS}`, { force: true });
  for (let part = KEPT_PARTS - 1; part >= 0; part -= 1) {
    const from = part === 0 ? file : `${file}.${part}`;
    await rename(from, `${file}.${part + 1}`).catch(ignoreMissing);
  }
}

async function removeOldFiles(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!isRolledLogName(name)) continue;
    const file = join(folder, name);
    const found = await stat(file).catch(ignoreMissing);
    if (found !== undefined && nowMs - found.mtimeMs > ROLLED_MAX_AGE_MS) await rm(file, { force: true });
  }
}

/** Another process of the same user may tidy the same folder at the same moment. */
function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
