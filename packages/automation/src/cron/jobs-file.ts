/**
 * `jobs.json` in the original's format (reference agent/automation.md §1.1): read as JSON5, written whole with a copy beside
 * it. It has one writer in this process; another process may replace it, which is noticed by its time and size. Jobs that
 * this release does not understand are kept and written back.
 */
import { copyFile, readFile, stat } from 'node:fs/promises';
import { parseJson5 } from '@chela/config';
import type { Logger } from '@chela/observability';
import { writeJsonAtomically } from '@chela/store';
import { isRecord } from '../record.ts';
import type { CronJob } from './job.ts';
import { readStoredJob } from './stored-job.ts';

export interface JobsFile {
  readonly path: string;
  /** The jobs on disk now. Rejects for a file that is no JSON5: jobs must not vanish because of a typo. */
  read(): Promise<readonly CronJob[]>;
  /** Makes these the jobs on disk. */
  write(jobs: readonly CronJob[]): Promise<void>;
}

const VERSION = 1;
const ABSENT = 'absent';

export function createJobsFile(path: string, logger: Logger): JobsFile {
  let stamp: string | undefined;
  let jobs: readonly CronJob[] = [];
  let others: readonly unknown[] = [];

  async function load(): Promise<void> {
    const content: unknown = await parseJson5(await readFile(path, 'utf8')).catch((error: unknown) => {
      throw new Error(`Failed to parse cron store at ${path}: ${String(error)}`, { cause: error });
    });
    const stored = isRecord(content) && Array.isArray(content.jobs) ? content.jobs : [];
    const read = stored.map((raw: unknown) => ({ raw, job: readStoredJob(raw) }));
    jobs = read.flatMap(({ job }) => job ?? []);
    others = read.flatMap(({ raw, job }) => (job === undefined ? [raw] : []));
    if (others.length > 0)
      logger.warn('some scheduled jobs are not understood; they are kept and do not run', {
        path,
        count: others.length,
      });
  }

  return {
    path,
    async read() {
      const now = await stampOf(path);
      if (now === stamp) return jobs;
      if (now === ABSENT) [jobs, others] = [[], []];
      else await load();
      stamp = now;
      return jobs;
    },
    async write(next) {
      await writeJsonAtomically(path, { version: VERSION, jobs: [...next, ...others] });
      jobs = next;
      stamp = await stampOf(path);
      await copyFile(path, `${path}.bak`).catch((error: unknown) => {
        logger.warn('the copy of the scheduled jobs could not be written', { path, error });
      });
    },
  };
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs}:${size}:${ino}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ABSENT;
    throw error;
  }
}
