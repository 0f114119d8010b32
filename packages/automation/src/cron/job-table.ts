import { join } from 'node:path';
import { type ConfigService, resolveUserPath } from '@chela/config';
import type { Logger } from '@chela/observability';
import { isRecord, textOf } from '../record.ts';
import type { CronJob } from './job.ts';
import { createJobsFile, type JobsFile } from './jobs-file.ts';

/** The jobs, changed by one task at a time. */
export interface JobTable {
  readonly path: string;
  read(): Promise<readonly CronJob[]>;
  /** Writes the jobs that `change` returns, unless they are those it was given, and resolves with its answer. */
  change<T>(change: (jobs: readonly CronJob[]) => Promise<readonly [jobs: readonly CronJob[], answer: T]>): Promise<T>;
}

/** Follows `cron.store` of the configuration. Nothing is read before somebody asks. */
export function createJobTable(config: ConfigService, logger: Logger): JobTable {
  let file: JobsFile | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const current = (): JobsFile => {
    const path = storePath(config);
    if (file?.path !== path) file = createJobsFile(path, logger);
    return file;
  };
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const done = queue.then(task);
    queue = done.catch(() => {});
    return done;
  };

  return {
    get path() {
      return storePath(config);
    },
    read: () => inTurn(() => current().read()),
    change: (change) =>
      inTurn(async () => {
        const store = current();
        const before = await store.read();
        const [after, answer] = await change(before);
        if (after !== before) await store.write(after);
        return answer;
      }),
  };
}

function storePath({ current, paths }: ConfigService): string {
  const { cron } = current();
  const named = isRecord(cron) ? textOf(cron.store) : undefined;
  return named === undefined ? join(paths.stateDir, 'cron', 'jobs.json') : resolveUserPath(named, paths.homeDir);
}
