import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { MediaModel } from './settings.ts';
import type { Media } from './transcribe.ts';

const OUTPUT_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Lets a program of this machine understand media: `{{MediaPath}}`, `{{Prompt}}`, `{{MaxChars}}`, `{{OutputDir}}` and
 * `{{OutputBase}}` in its arguments are filled in; what it prints is the answer. No shell is involved.
 */
export async function runProgram(model: MediaModel, media: Media, signal: AbortSignal): Promise<string> {
  const { command } = model;
  if (command === undefined) throw new Error('a media model of type cli needs a command');
  const folder = await mkdtemp(join(tmpdir(), 'chela-media-'));
  try {
    const name = basename(media.fileName) || 'media';
    const mediaPath = join(folder, name);
    await writeFile(mediaPath, media.data, { mode: 0o600 });
    const values: Readonly<Record<string, string>> = {
      MediaPath: mediaPath,
      MediaDir: folder,
      OutputDir: folder,
      OutputBase: join(folder, basename(name, extname(name))),
      Prompt: model.prompt,
      MaxChars: String(model.maxChars ?? ''),
    };
    const args = model.args.map((arg) => arg.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole));
    const output = await execute(command, args, signal);
    const words = output.trim();
    if (words === '') throw new Error(`${basename(command)} printed nothing`);
    return words;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function execute(command: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(command, [...args], { signal, maxBuffer: OUTPUT_MAX_BYTES, killSignal: 'SIGKILL' }, (error, stdout) => {
    if (error === null) resolve(stdout);
    else reject(new Error(`${basename(command)} failed: ${error.message}`, { cause: error }));
  });
  return promise;
}
