import { spawn } from 'node:child_process';
import type { Clock } from '@chela/observability';
import type { CliCommandLine } from './command-line.ts';

/** One run of a program that answers: what it printed, or why it was ended. */

export type CliEnd =
  | { readonly kind: 'exited'; readonly code: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'not-started'; readonly error: NodeJS.ErrnoException }
  | { readonly kind: 'silent' | 'too-long' | 'aborted' };

export interface CliRun extends Pick<CliCommandLine, 'command' | 'args' | 'stdin'> {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Longest silence. */
  readonly silenceMs: number;
}

const OUTPUT_MAX_CHARS = 8 * 1024 * 1024;

/**
 * Runs a program in a process group of its own, so that nothing it started outlives the call. Never rejects; resolves
 * when the program has gone, whoever ended it.
 */
export function runCliProgram(run: CliRun, clock: Clock, signal: AbortSignal): Promise<CliEnd> {
  const { promise, resolve } = Promise.withResolvers<CliEnd>();
  const child = spawn(run.command, run.args, {
    cwd: run.cwd,
    env: run.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const printed = { stdout: '', stderr: '' };
  let ended: CliEnd | undefined;
  let cancel = (): void => {};
  const kill = (why: CliEnd): void => {
    ended ??= why;
    killGroup(child.pid);
  };
  const watch = (): void => {
    cancel();
    cancel = clock.after(run.silenceMs, () => kill({ kind: 'silent' }));
  };
  const onAbort = (): void => kill({ kind: 'aborted' });
  const settle = (end: CliEnd): void => {
    cancel();
    signal.removeEventListener('abort', onAbort);
    resolve(ended ?? end);
  };
  const hear = (name: 'stdout' | 'stderr') => (text: string) => {
    printed[name] += text;
    if (printed[name].length > OUTPUT_MAX_CHARS) kill({ kind: 'too-long' });
    else watch();
  };
  child.stdout.setEncoding('utf8').on('data', hear('stdout'));
  child.stderr.setEncoding('utf8').on('data', hear('stderr'));
  // A program that does not read its input is none of our business.
  child.stdin.on('error', () => undefined);
  child.stdin.end(run.stdin ?? '');
  child.once('error', (error) => settle({ kind: 'not-started', error }));
  child.once('close', (code) => {
    // What it left running in the background ends with it.
    killGroup(child.pid);
    settle({ kind: 'exited', code, ...printed });
  });
  signal.addEventListener('abort', onAbort, { once: true });
  watch();
  if (signal.aborted) onAbort();
  return promise;
}

/** A pid that is gone is no failure. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
