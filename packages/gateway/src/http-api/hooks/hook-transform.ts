import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '@chela/observability';
import { isRecord } from '../../methods/record.ts';
import type { Transform } from './hook-mapping.ts';
import type { HookSettings } from './hook-settings.ts';

const TIME_LIMIT_MS = 10_000;
const MEMORY_LIMIT_MB = 128;
/** Transforms at the same time; a request beyond is refused, its sender tries again. */
const RUNNING_LIMIT = 8;

/** Runs transforms, each call in a worker of its own that ends with it. */
export function createTransformRunner(clock: Clock): (folders: TransformFolders) => Transform {
  let running = 0;
  return (folders) => async (spec, context) => {
    const file = await transformFile(folders, spec.module);
    if (running >= RUNNING_LIMIT) throw new Error(`more than ${RUNNING_LIMIT} hook transforms at the same time`);
    running += 1;
    try {
      const { payload, headers, url, path } = context;
      return await inWorker({ file, exportName: spec.export, payload, headers, url: url.href, path }, clock);
    } finally {
      running -= 1;
    }
  };
}

export type TransformFolders = Pick<HookSettings, 'transformsRoot' | 'transformsDir'>;

/** Links count as where they lead: a module outside the transforms folder is refused. */
async function transformFile({ transformsRoot, transformsDir }: TransformFolders, module: string): Promise<string> {
  const file = await realpath(resolve(transformsDir, module));
  const way = relative(await realpath(transformsRoot), file);
  if (way === '' || way.startsWith('..') || isAbsolute(way)) {
    throw new Error(`the hook transform ${module} lies outside of ${transformsRoot}`);
  }
  return file;
}

async function inWorker(workerData: Readonly<Record<string, unknown>>, clock: Clock): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  const worker = new Worker(new URL('./hook-transform-worker.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
  });
  const cancel = clock.after(TIME_LIMIT_MS, () =>
    answer.reject(new Error(`the hook transform took longer than ${TIME_LIMIT_MS} ms`)),
  );
  worker.once('message', (message: unknown) => {
    if (!isRecord(message) || typeof message.error === 'string') {
      answer.reject(new Error(isRecord(message) ? String(message.error) : 'the hook transform gave no answer'));
    } else answer.resolve(message.value);
  });
  worker.once('error', answer.reject);
  worker.once('exit', () => answer.reject(new Error('the hook transform ended without an answer')));
  try {
    return await answer.promise;
  } finally {
    cancel();
    await worker.terminate();
  }
}
