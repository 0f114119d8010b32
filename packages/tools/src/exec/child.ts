import { StringDecoder } from 'node:string_decoder';
import { findExecutable } from './executable.ts';
import type { ShellCommand } from './shell.ts';

/** How a command ended. Exactly one of `code` and `signal` is set, unless it could not be told. */
export interface ChildExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** A running command, the leader of its own process group. */
export interface RunningChild {
  readonly pid: number;
  /** Settles once the command ended and nothing holds its output open. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** Types into the command. Throws when its input is closed. */
  write(data: string): void;
  /** Ends the command's input. */
  endInput(): void;
  /** Stops listening to output that something outside the group still holds open, so that `exited` settles. */
  abandon(): void;
  /** Ends what the command started and a signal to its group does not reach. */
  sweep?(): Promise<void>;
}

export interface SpawnRequest {
  readonly shell: ShellCommand;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onOutput: (text: string) => void;
}

/**
 * The command with its errors in the pipe of its output: read from two pipes they would come in the order in which
 * the gateway got to them, not in the order in which they were written.
 */
const withOneOutput = ({ file, args }: ShellCommand): ShellCommand => ({
  file: '/bin/sh',
  args: ['-c', 'exec "$0" "$@" 2>&1', file, ...args],
});

async function programOf({ shell, cwd, env }: SpawnRequest): Promise<ShellCommand> {
  if (process.platform === 'win32') return shell;
  // A shell that is not there has to fail as one that cannot be started, not as a command with an exit code.
  const { resolvedPath } = await findExecutable(shell.file, { cwd, homeDir: cwd, path: env.PATH ?? '' });
  return resolvedPath === undefined ? shell : withOneOutput(shell);
}

/**
 * Starts a command without a terminal. Its input is closed, so a program that reads it ends instead of waiting.
 * Rejects when the program cannot be started.
 */
export async function spawnChild(request: SpawnRequest): Promise<RunningChild> {
  // Loaded with the first command; a gateway that runs none does without.
  const { spawn } = await import('node:child_process');
  const program = await programOf(request);
  const child = spawn(program.file, [...program.args], {
    cwd: request.cwd,
    env: { ...request.env },
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8');
    stream.on('data', (chunk: Buffer) => request.onOutput(decoder.write(chunk)));
    stream.on('end', () => {
      const rest = decoder.end();
      if (rest !== '') request.onOutput(rest);
    });
  }
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  // Later errors (a failed kill) must not end the gateway; the close event tells what matters.
  child.on('error', () => {});
  const { pid } = child;
  if (pid === undefined) throw new Error('the command has no process id');
  return {
    pid,
    exited,
    write() {
      throw new Error('write after end');
    },
    endInput() {},
    abandon() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}
