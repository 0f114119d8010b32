/** What a short-lived program of the host answered. */
export interface ProgramAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Rejects when it cannot be started; a failure is an answer. */
export type ProgramRunner = (
  file: string,
  args: readonly string[],
  options: { readonly timeoutMs: number },
) => Promise<ProgramAnswer>;

const OUTPUT_MAX_BYTES = 1024 * 1024;
const FAILED = 1;

export function createProgramRunner(env: Readonly<Record<string, string | undefined>>): ProgramRunner {
  return async (file, args, { timeoutMs }) => {
    // Loaded with the first sandbox; a gateway without does without.
    const { execFile } = await import('node:child_process');
    const options = {
      env: { ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_MAX_BYTES,
      windowsHide: true,
    } as const;
    return new Promise((resolve, reject) => {
      const child = execFile(file, [...args], options, (error, stdout, stderr) => {
        if (error === null) return resolve({ code: 0, stdout, stderr });
        if (typeof error.code === 'string' && error.code.startsWith('E')) return reject(error);
        resolve({
          code: typeof error.code === 'number' ? error.code : FAILED,
          stdout,
          stderr: stderr || error.message,
        });
      });
      child.stdin?.end();
    });
  };
}
