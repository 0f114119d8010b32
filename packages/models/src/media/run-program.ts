import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { filledString, objectOf, parseJson } from '../json-shape.ts';
import type { MediaModel } from './settings.ts';
import type { Media } from './transcribe.ts';

const OUTPUT_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Lets a program of this machine understand media: `{{MediaPath}}`, `{{Prompt}}`, `{{MaxChars}}`, `{{OutputDir}}` and
 * `{{OutputBase}}` in its arguments are filled in. The answer is the text file it wrote beside `{{OutputBase}}`, else what
 * it printed. No shell is involved.
 */
export async function runProgram(model: MediaModel, media: Media, signal: AbortSignal): Promise<string> {
  const { command } = model;
  if (command === undefined) throw new Error('a media model of type cli needs a command');
  const folder = await mkdtemp(join(tmpdir(), 'chela-media-'));
  try {
    const name = basename(media.fileName) || 'media';
    const mediaPath = join(folder, name);
    await writeFile(mediaPath, media.data, { mode: 0o600 });
    const outputBase = join(folder, basename(name, extname(name)));
    const args = fillArguments(model.args, {
      MediaPath: mediaPath,
      MediaDir: folder,
      OutputDir: folder,
      OutputBase: outputBase,
      Prompt: model.prompt,
      MaxChars: String(model.maxChars ?? ''),
    });
    const printed = await execute(command, args, signal);
    const words = (await writtenText(`${outputBase}.txt`, mediaPath)) ?? printedText(printed);
    if (words === '') throw new Error(`${basename(command)} printed nothing`);
    return words;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fills `{{Name}}` in arguments; names nobody knows stay. */
export function fillArguments(args: readonly string[], values: Readonly<Record<string, string>>): readonly string[] {
  return args.map((arg) => arg.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole));
}

/** The output of a program that ended well. Rejects otherwise, and when it prints too much; an abort kills it. */
export function execute(command: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(command, [...args], { signal, maxBuffer: OUTPUT_MAX_BYTES, killSignal: 'SIGKILL' }, (error, stdout) => {
    if (error === null) resolve(stdout);
    else reject(new Error(`${basename(command)} failed: ${error.message}`, { cause: error }));
  });
  return promise;
}

/** What speech programs leave behind; the media itself may be a text file of that name. */
async function writtenText(path: string, mediaPath: string): Promise<string | undefined> {
  if (path === mediaPath) return undefined;
  const info = await stat(path).catch(() => undefined);
  if (info?.isFile() !== true || info.size > OUTPUT_MAX_BYTES) return undefined;
  return filledString((await readFile(path, 'utf8')).trim());
}

/** Some programs print an object around the words. */
function printedText(printed: string): string {
  const text = printed.trim();
  if (!text.startsWith('{')) return text;
  const answer = objectOf(parseJson(text));
  return (filledString(answer.text) ?? filledString(answer.response) ?? text).trim();
}
