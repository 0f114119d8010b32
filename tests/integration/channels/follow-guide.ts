import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const CHECKOUT = resolve(import.meta.dirname, '../../..');
const GUIDE = join(CHECKOUT, 'docs', 'guides', 'new-channel.md');
const COMMAND = 'npm run new-channel -- toy';
/** Blocks of the guide that belong into a file of the adapter: their first line names it. */
const BLOCK = /^```(ts|diff)\n\/\/ (src\/[\w./-]+)\n([\s\S]*?)^```$/gm;

export interface FollowedGuide {
  /** What shows the adapter to a gateway. */
  readonly env: Readonly<Record<string, string>>;
  /** The adapter's own folder. */
  readonly adapter: string;
  /** Files that the guide filled in. */
  readonly filled: readonly string[];
  remove(): Promise<void>;
}

/** Does what docs/guides/new-channel.md says, in a folder outside of the checkout: the command, then each block of code. */
export async function followGuide(): Promise<FollowedGuide> {
  const guide = await readFile(GUIDE, 'utf8');
  if (!guide.includes(COMMAND)) throw new Error(`the guide has no "${COMMAND}"`);
  const root = await mkdtemp(join(tmpdir(), 'chela-toy-'));
  const folder = join(root, 'adapters');
  await mkdir(join(root, 'node_modules', '@chela'), { recursive: true });
  await symlink(join(CHECKOUT, 'packages', 'channels'), join(root, 'node_modules', '@chela', 'channels'));
  const env = { CHELA_CHANNEL_ADAPTERS: folder };
  const [program = '', ...args] = COMMAND.split(' ');
  await promisify(execFile)(program, args, { cwd: CHECKOUT, env: { ...process.env, ...env } });
  const adapter = join(folder, 'toy');
  const filled: string[] = [];
  for (const [, kind, file = '', block = ''] of guide.matchAll(BLOCK)) {
    const path = join(adapter, file);
    await writeFile(path, kind === 'diff' ? changed(await readFile(path, 'utf8'), block) : block);
    filled.push(file);
  }
  return { env, adapter, filled, remove: () => rm(root, { recursive: true, force: true }) };
}

/** A text with the lines of `-` replaced by those of `+`. */
function changed(text: string, diff: string): string {
  const lines = (sign: string): string =>
    diff
      .split('\n')
      .filter((line) => line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const [before, after] = [lines('-'), lines('+')];
  if (!text.includes(before)) throw new Error(`the templates have no lines\n${before}`);
  return text.replace(before, after);
}
