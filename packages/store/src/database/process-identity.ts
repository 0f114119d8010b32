import { readFile } from 'node:fs/promises';

/** Tells a process from any other that ever had its number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Boot and start time where the system tells them, else empty. */
  readonly started: string;
}

/** Position of `starttime` among the fields after the command in /proc/<pid>/stat. */
const START_TIME_FIELD = 19;

/** The identity of a live process; undefined when there is no such process. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isAlive(pid)) return undefined;
  return { pid, started: process.platform === 'linux' ? await startOnLinux(pid) : await startFromPs(pid) };
}

/** Whether the process that left this identity still runs. Without start times the number alone decides. */
export async function stillRuns(identity: ProcessIdentity): Promise<boolean> {
  const current = await identifyProcess(identity.pid);
  if (current === undefined) return false;
  if (current.started === '' || identity.started === '') return true;
  return current.started === identity.started;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM';
  }
}

/** Boot id and start tick; the pair is unique even when the number comes round again. */
async function startOnLinux(pid: number): Promise<string> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The command may hold spaces and brackets; the fields start after its last bracket.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD];
    return ticks === undefined ? '' : `${boot.trim()}:${ticks}`;
  } catch {
    return '';
  }
}

async function startFromPs(pid: number): Promise<string> {
  try {
    const [{ execFile }, { promisify }] = await Promise.all([import('node:child_process'), import('node:util')]);
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim();
  } catch {
    return '';
  }
}
