/** The payload of `skills.install` (reference protocol/methods.json). */
export interface InstallOutcome {
  readonly ok: boolean;
  readonly message: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code of the installer; null when none ran or a signal ended it. */
  readonly code: number | null;
}

export function installed(message: string, output: Partial<InstallOutcome> = {}): InstallOutcome {
  return { stdout: '', stderr: '', code: 0, ...output, ok: true, message };
}

export function notInstalled(message: string, output: Partial<InstallOutcome> = {}): InstallOutcome {
  return { stdout: '', stderr: '', code: null, ...output, ok: false, message };
}
