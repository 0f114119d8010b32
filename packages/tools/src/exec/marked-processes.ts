import { readdir, readFile } from 'node:fs/promises';

/** Variable in the environment of a command and of everything it starts: by it the gateway knows its own again. */
export const COMMAND_MARK = 'CHELA_COMMAND';
const START_TIME_FIELD = 22;

/**
 * When a process started, in ticks since the machine did; with the process id it names a process for good. Undefined when
 * it is gone, or the platform does not tell.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in brackets, and may hold blanks itself.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields?.[START_TIME_FIELD - 3];
}

/** Ids of the processes whose environment holds one of the marks. */
async function markedProcesses(marks: readonly string[]): Promise<readonly number[]> {
  const wanted = new Set(marks.map((mark) => `${COMMAND_MARK}=${mark}`));
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const own: number[] = [];
  for (const pid of pids) {
    // Processes of other people cannot be read, and are none of ours.
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').some((entry) => wanted.has(entry))) own.push(Number(pid));
  }
  return own;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Kills what commands started, also what left their process group; looks again until nothing new turns up. */
export async function killMarked(marks: readonly string[]): Promise<number> {
  if (process.platform !== 'linux' || marks.length === 0) return 0;
  const killed = new Set<number>();
  for (;;) {
    const found = (await markedProcesses(marks)).filter((pid) => !killed.has(pid) && pid !== process.pid);
    if (found.length === 0) return killed.size;
    for (const pid of found) {
      kill(pid);
      killed.add(pid);
    }
  }
}
