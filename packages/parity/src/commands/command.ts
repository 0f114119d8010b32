import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

export interface CommandIo {
  /** One line for stdout. */
  readonly out: (line: string) => void;
  /** One line for stderr: progress and notes. */
  readonly note: (line: string) => void;
  /** Aborted when the person or the system wants the program to end. */
  readonly signal: AbortSignal;
}

/** One subcommand of `parity`. */
export interface Command {
  readonly usage: string;
  /** Resolves with the exit code. Throws UsageError for arguments that make no sense. */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

/** The arguments make no sense: exit code 2 and the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `parseArgs` whose complaints are usage errors. */
export function parseArguments<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A whole number of at least `min`, or a usage error that names the option. */
export function wholeNumber(text: string, option: string, min: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min) throw new UsageError(`--${option} takes a whole number from ${min} on`);
  return value;
}
