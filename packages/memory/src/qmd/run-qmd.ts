import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { QmdSettings } from './qmd-settings.ts';

/** Runs the program once and resolves with what it printed. Rejects with its last words; a time-out or abort kills it. */
export type RunQmd = (args: readonly string[], timeoutMs: number, signal: AbortSignal) => Promise<string>;

const OUTPUT_MAX_BYTES = 8 * 1024 * 1024;
const WORDS_MAX_CHARS = 300;

/** The program with its configuration and index in the agent's own folder. No shell is involved. */
export function createRunQmd(settings: () => Pick<QmdSettings, 'command' | 'homeDir' | 'workspaceDir'>): RunQmd {
  return (args, timeoutMs, signal) => {
    const { command, homeDir, workspaceDir } = settings();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const env = {
      ...process.env,
      XDG_CONFIG_HOME: join(homeDir, 'xdg-config'),
      XDG_CACHE_HOME: join(homeDir, 'xdg-cache'),
      NO_COLOR: '1',
    };
    const options = {
      cwd: workspaceDir,
      env,
      signal,
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
      maxBuffer: OUTPUT_MAX_BYTES,
    };
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const words = stderr.trim().slice(-WORDS_MAX_CHARS) || error.message;
      const what = error.killed === true ? `gave no answer within ${timeoutMs} ms` : `failed: ${words}`;
      return reject(new Error(`${command} ${args[0] ?? ''} ${what}`, { cause: error }));
    });
    return promise;
  };
}
