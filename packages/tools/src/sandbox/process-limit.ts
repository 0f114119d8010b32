/**
 * A process limit for root, whom the kernel exempts from RLIMIT_NPROC: a control group for each command, in whichever
 * hierarchy the host has.
 */
import { access, constants, mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const UNIFIED = '/sys/fs/cgroup';
const PIDS_ONLY = '/sys/fs/cgroup/pids';
const GROUP = 'chela-sandbox';
const REMOVE_ATTEMPTS = 20;
const REMOVE_PAUSE_MS = 50;

/** A control group with a limit; a process joins by writing its id to `joinPath`. */
export interface LimitedGroup {
  readonly joinPath: string;
  /** Takes the group away once nothing runs in it. */
  remove(): Promise<void>;
}

export interface ProcessLimiter {
  limit(name: string, processes: number): Promise<LimitedGroup>;
}

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

/** Folder in which groups can be made; undefined where this process may make none. */
async function parentFolder(): Promise<string | undefined> {
  try {
    if (await isWritable(join(PIDS_ONLY, 'cgroup.procs'))) {
      await mkdir(join(PIDS_ONLY, GROUP), { recursive: true });
      return join(PIDS_ONLY, GROUP);
    }
    if (!(await isWritable(join(UNIFIED, 'cgroup.subtree_control')))) return undefined;
    await writeFile(join(UNIFIED, 'cgroup.subtree_control'), '+pids');
    await mkdir(join(UNIFIED, GROUP), { recursive: true });
    await writeFile(join(UNIFIED, GROUP, 'cgroup.subtree_control'), '+pids');
    return join(UNIFIED, GROUP);
  } catch {
    // A host that shows the hierarchy and lets nobody change it is like one without.
    return undefined;
  }
}

/** A group is busy until the kernel has buried the last process in it. */
async function removeGroup(folder: string): Promise<void> {
  const { setTimeout: pause } = await import('node:timers/promises');
  for (let attempt = 0; attempt < REMOVE_ATTEMPTS; attempt += 1) {
    const gone = await rmdir(folder).then(
      () => true,
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT',
    );
    if (gone) return;
    await pause(REMOVE_PAUSE_MS);
  }
}

/** The way to limit root's processes here; undefined where there is none. Groups that a killed gateway left are taken away. */
export async function findProcessLimiter(): Promise<ProcessLimiter | undefined> {
  const parent = await parentFolder();
  if (parent === undefined) return undefined;
  for (const entry of await readdir(parent, { withFileTypes: true })) {
    // One in use is busy and stays.
    if (entry.isDirectory()) await rmdir(join(parent, entry.name)).catch(() => undefined);
  }
  return {
    async limit(name, processes) {
      const folder = join(parent, name);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'pids.max'), String(processes));
      return { joinPath: join(folder, 'cgroup.procs'), remove: () => removeGroup(folder) };
    },
  };
}
