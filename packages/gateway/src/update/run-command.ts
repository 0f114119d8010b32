import { spawn } from 'node:child_process';

export interface CommandOutcome {
  /** Null when it could not be started or was ended by the limit. */
  readonly exitCode: number | null;
  readonly stdoutTail: string;
  readonly stderrTail: string;
}

/** Kept of each stream. */
const TAIL_CHARS = 8_000;

/** Runs a program to its end, at most `timeoutMs`; never rejects. */
export function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly timeoutMs: number; readonly env: NodeJS.ProcessEnv },
): Promise<CommandOutcome> {
  const { promise, resolve } = Promise.withResolvers<CommandOutcome>();
  const { cwd, env, timeoutMs } = options;
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let stdoutTail = '';
  let stderrTail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdoutTail = (stdoutTail + text).slice(-TAIL_CHARS);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-TAIL_CHARS);
  });
  child.once('error', (error) => resolve({ exitCode: null, stdoutTail, stderrTail: stderrTail || String(error) }));
  child.once('close', (code) => resolve({ exitCode: code, stdoutTail, stderrTail }));
  return promise;
}
