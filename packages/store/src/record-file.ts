/**
 * One JSON file that maps ids to records, in the original's format. It has a single writer in this
 * process; other processes may replace the file, which is noticed by its time and size. Records that this release does
 * not understand are kept and written back. A file that is no JSON is set aside, never overwritten.
 */
import { readFile, rename, stat } from 'node:fs/promises';
import type { Logger } from '@chela/observability';
import { writeJsonAtomically } from './write-atomically.ts';

export interface RecordFile<T> {
  /** The records on disk now. */
  read(): Promise<ReadonlyMap<string, T>>;
  /** Makes these the records on disk. */
  write(records: ReadonlyMap<string, T>): Promise<void>;
}

interface Loaded<T> {
  readonly stamp: string;
  readonly records: ReadonlyMap<string, T>;
  readonly others: Readonly<Record<string, unknown>>;
}

const ABSENT = 'absent';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs}:${size}:${ino}`;
  } catch (error) {
    if (isMissing(error)) return ABSENT;
    throw error;
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

export function createRecordFile<T>(deps: {
  readonly path: string;
  readonly isRecord: (value: unknown) => value is T;
  readonly now: () => number;
  readonly logger: Logger;
}): RecordFile<T> {
  const { path, isRecord, logger } = deps;
  let loaded: Loaded<T> = { stamp: ABSENT, records: new Map(), others: {} };

  async function load(stamp: string): Promise<Loaded<T>> {
    if (stamp === ABSENT) return { stamp, records: new Map(), others: {} };
    const content = parseObject(await readFile(path, 'utf8'));
    if (!content) {
      const aside = `${path}.broken-${deps.now()}`;
      await rename(path, aside);
      logger.error('a record file is no JSON object; it was set aside and starts empty', { path, aside });
      return { stamp: ABSENT, records: new Map(), others: {} };
    }
    const records = new Map<string, T>();
    const others: Record<string, unknown> = {};
    for (const [id, value] of Object.entries(content)) {
      if (isRecord(value)) records.set(id, value);
      else others[id] = value;
    }
    return { stamp, records, others };
  }

  return {
    async read() {
      const stamp = await stampOf(path);
      if (stamp !== loaded.stamp) loaded = await load(stamp);
      return loaded.records;
    },
    async write(records) {
      await writeJsonAtomically(path, { ...loaded.others, ...Object.fromEntries(records) });
      loaded = { ...loaded, stamp: await stampOf(path), records };
    },
  };
}
