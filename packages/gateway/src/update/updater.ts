/** One command of an update (reference cli/doctor.md §5, protocol/methods.json update.run). */
export interface UpdateStep {
  readonly name: string;
  readonly command: string;
  readonly cwd: string;
  readonly durationMs: number;
  /** Null when the command could not be started or was ended by the time limit. */
  readonly exitCode: number | null;
  readonly stdoutTail: string;
  readonly stderrTail: string;
}

export interface UpdateResult {
  readonly status: 'ok' | 'error' | 'skipped';
  readonly mode: 'git' | 'npm' | 'pnpm' | 'bun' | 'unknown';
  /** Where the program lies. */
  readonly root: string;
  /** A token of the contract, e.g. `not-git-install`. */
  readonly reason?: string;
  readonly before?: { readonly version: string };
  readonly after?: { readonly version: string };
  readonly steps: readonly UpdateStep[];
  readonly durationMs: number;
}

/** Brings the installed program up to date. Never rejects for a failed update: that is its result. */
export interface Updater {
  /** `timeoutMs` limits each step. A second call while one is under way gets the result of the first. */
  run(options: { readonly timeoutMs: number }): Promise<UpdateResult>;
}
