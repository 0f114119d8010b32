import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionRequest } from '../action-request.ts';
import type { Decision } from '../decision.ts';

const KEPT_FILES = 1_000;
/** After so many new files the surplus goes. */
const SWEEP_EVERY = 50;
const NAME = /^blocked-(\d+)-.+\.json$/;
const ID_CHARS = 80;

export interface QuarantinedAction {
  readonly file: string;
  readonly atMs: number;
  readonly request: unknown;
  readonly decision: unknown;
}

/** Blocked requests as files `blocked-<ms>-<id>.json` (reference defender/defender.md §A); the newest are kept. */
export interface Quarantine {
  /** Resolves with the file's name once it is written. */
  put(request: ActionRequest, decision: Decision): Promise<string>;
  /** Newest first. */
  list(limit: number): Promise<readonly QuarantinedAction[]>;
  /** False when there is no such file. */
  remove(file: string): Promise<boolean>;
}

export function createQuarantine(deps: {
  readonly directory: () => string;
  readonly now: () => number;
  /** Takes secrets out of what is written. */
  readonly redact: (value: unknown) => unknown;
}): Quarantine {
  const names = async (directory: string): Promise<readonly string[]> => {
    const found = await readdir(directory).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    });
    return found
      .flatMap((name) => {
        const atMs = timeOf(name);
        return atMs === undefined ? [] : [{ name, atMs }];
      })
      .toSorted((a, b) => b.atMs - a.atMs)
      .map(({ name }) => name);
  };
  let puts = 0;

  return {
    async put(request, decision) {
      const directory = deps.directory();
      const file = `blocked-${deps.now()}-${fileSafe(request.id)}.json`;
      const body = JSON.stringify({ request: deps.redact(request), decision: deps.redact(decision) }, null, 2);
      await write(directory, file, `${body}\n`);
      if (puts % SWEEP_EVERY === 0) {
        const surplus = (await names(directory)).slice(KEPT_FILES);
        await Promise.all(surplus.map((name) => rm(join(directory, name), { force: true })));
      }
      puts += 1;
      return file;
    },
    async list(limit) {
      const directory = deps.directory();
      const newest = (await names(directory)).slice(0, limit);
      const read = await Promise.all(newest.map((file) => readRecord(directory, file)));
      return read.filter((record) => record !== undefined);
    },
    async remove(file) {
      if (!NAME.test(file) || file.includes('/') || file.includes('\\')) return false;
      const directory = deps.directory();
      if (!(await names(directory)).includes(file)) return false;
      await rm(join(directory, file), { force: true });
      return true;
    },
  };
}

/** Milliseconds since the epoch; undefined for a file that is none of ours. */
function timeOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Not flushed to the disk: the decision itself is in the audit log, and a busy disk must not hold up the next ones. */
async function write(directory: string, file: string, text: string): Promise<void> {
  const path = join(directory, file);
  try {
    await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  }
}

function fileSafe(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, ID_CHARS) || 'unnamed';
}

/** A file that vanished or was cut off by a crash is passed over. */
async function readRecord(directory: string, file: string): Promise<QuarantinedAction | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(join(directory, file), 'utf8'));
    if (typeof record !== 'object' || record === null || !('request' in record) || !('decision' in record))
      return undefined;
    return { file, atMs: timeOf(file) ?? 0, request: record.request, decision: record.decision };
  } catch {
    return undefined;
  }
}
