const PATH_TIMEOUT_MS = 5000;
const OUTPUT_MAX_BYTES = 64 * 1024;
const MARK = '__PATH__';

/**
 * The PATH a login shell sets up, asked once and remembered: commands on the host find what the user's terminal finds.
 * Undefined when the shell cannot tell.
 */
export function createLoginPath(env: Readonly<Record<string, string | undefined>>): () => Promise<string | undefined> {
  let known: Promise<string | undefined> | undefined;
  async function ask(): Promise<string | undefined> {
    const { execFile } = await import('node:child_process');
    const shell = env.SHELL?.trim() || 'sh';
    const args = ['-l', '-c', `printf '${MARK}%s${MARK}' "$PATH"`];
    const options = { env: { ...env }, timeout: PATH_TIMEOUT_MS, maxBuffer: OUTPUT_MAX_BYTES, windowsHide: true };
    return new Promise((resolve) => {
      execFile(shell, args, options, (_error, stdout) => {
        const [, path] = stdout.split(MARK);
        resolve(path?.trim() || undefined);
      });
    });
  }

  return () => {
    known ??= process.platform === 'win32' ? Promise.resolve(undefined) : ask();
    return known;
  };
}
