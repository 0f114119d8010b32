import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { Clock } from '@chela/observability';
import { runInWorker } from '../run-in-worker.ts';
import type { Transform } from './hook-mapping.ts';
import type { HookSettings } from './hook-settings.ts';

const WORKER = {
  file: new URL('./hook-transform-worker.ts', import.meta.url),
  what: 'the hook transform',
  timeLimitMs: 10_000,
  memoryLimitMb: 128,
} as const;
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
      const data = { file, exportName: spec.export, payload, headers, url: url.href, path };
      return await runInWorker({ ...WORKER, data }, clock);
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
