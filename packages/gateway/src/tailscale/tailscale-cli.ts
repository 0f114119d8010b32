import { promisify } from 'node:util';

/** The `tailscale` command of this machine. Rejects when it is missing, fails, or takes too long. */
export interface TailscaleCli {
  run(args: readonly string[]): Promise<string>;
}

const TIMEOUT_MS = 15_000;
const OUTPUT_MAX_BYTES = 4 * 1024 * 1024;
/** Where the app for macOS keeps its command. */
const MACOS_COMMAND = '/Applications/Tailscale.app/Contents/MacOS/Tailscale';

export function createTailscaleCli(env: Readonly<Record<string, string | undefined>>): TailscaleCli {
  const runAs = async (command: string, args: readonly string[]): Promise<string> => {
    const { execFile } = await import('node:child_process');
    const { stdout } = await promisify(execFile)(command, args, {
      env,
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_MAX_BYTES,
    });
    return stdout;
  };
  return {
    async run(args) {
      try {
        return await runAs('tailscale', args);
      } catch (error) {
        if (process.platform !== 'darwin' || !isMissing(error)) throw error;
        return runAs(MACOS_COMMAND, args);
      }
    },
  };
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
