import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRecord } from '../record.ts';
import type { CronRunEntry } from './job.ts';

/** What jobs have done: a file a job, a line an occurrence (reference agent/automation.md §1.12). */
export interface RunLog {
  append(entry: CronRunEntry): Promise<void>;
  /** The newest entries, oldest first. */
  read(jobId: string, limit: number): Promise<readonly unknown[]>;
}

const PRUNE_ABOVE_BYTES = 2_000_000;
const KEPT_LINES = 2_000;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

export function createRunLog(folder: string): RunLog {
  let writing: Promise<void> = Promise.resolve();
  const fileOf = (jobId: string): string | undefined =>
    /^[\w.-]+$/.test(jobId) && !jobId.startsWith('.') ? join(folder, `${jobId}.jsonl`) : undefined;

  async function write(file: string, entry: CronRunEntry): Promise<void> {
    await mkdir(dirname(file), { recursive: true, mode: PRIVATE_FOLDER });
    await appendFile(file, `${JSON.stringify(entry)}\n`, { mode: PRIVATE_FILE });
    if ((await stat(file)).size <= PRUNE_ABOVE_BYTES) return;
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
    const temporary = `${file}.tmp`;
    await writeFile(temporary, `${lines.slice(-KEPT_LINES).join('\n')}\n`, { mode: PRIVATE_FILE });
    await rename(temporary, file);
  }

  return {
    append(entry) {
      const file = fileOf(entry.jobId);
      if (file === undefined) return Promise.resolve();
      const done = writing.then(() => write(file, entry));
      // A line that could not be written is its caller's to tell; the next one is tried all the same.
      writing = done.catch(() => {});
      return done;
    },
    async read(jobId, limit) {
      const file = fileOf(jobId);
      if (file === undefined) return [];
      await writing;
      const text = await readFile(file, 'utf8').catch(() => '');
      return text
        .split('\n')
        .flatMap((line) => entryOf(line, jobId))
        .slice(-limit);
    },
  };
}

function entryOf(line: string, jobId: string): readonly unknown[] {
  if (line.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && value.action === 'finished' && value.jobId === jobId ? [value] : [];
  } catch {
    // A line that a crash cut off.
    return [];
  }
}
