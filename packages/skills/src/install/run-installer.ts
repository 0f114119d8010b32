import { spawn } from 'node:child_process';
import type { Env } from '@chela/config';

/** A program and its arguments; no shell ever sees them. */
export interface InstallerCommand {
  readonly argv: readonly [program: string, ...args: string[]];
  /** Variables over those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface InstallerEnd {
  /** Null when a signal or the time limit ended it. */
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Characters of each stream that are kept, from its end. */
const OUTPUT_MAX_CHARS = 64_000;
/** How long an installer may take to end itself before it is killed. */
const KILL_GRACE_MS = 3_000;

/** Runs an installer to its end, with everything it starts. Rejects only when the program cannot be started. */
export async function runInstaller(
  { argv: [program, ...args], env }: InstallerCommand,
  limits: { readonly env: Readonly<Env>; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<InstallerEnd> {
  limits.signal.throwIfAborted();
  const child = spawn(program, args, {
    env: { ...limits.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it starts ends with it.
    detached: process.platform !== 'win32',
  });
  const stdout = createTail();
  const stderr = createTail();
  child.stdout.setEncoding('utf8').on('data', stdout.add);
  child.stderr.setEncoding('utf8').on('data', stderr.add);
  let timedOut = false;
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    endGroup(child.pid, 'SIGTERM');
    kill ??= setTimeout(() => endGroup(child.pid, 'SIGKILL'), KILL_GRACE_MS);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, limits.timeoutMs);
  limits.signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, timedOut, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    clearTimeout(timer);
    clearTimeout(kill);
    limits.signal.removeEventListener('abort', stop);
  }
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}

function createTail(): { readonly add: (text: string) => void; readonly text: () => string } {
  let kept = '';
  return {
    add(text) {
      kept = (kept + text).slice(-OUTPUT_MAX_CHARS);
    },
    text: () => kept.trim(),
  };
}
