import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { isFields, textsField } from '@chela/skills';
import type { Hook, HookSource } from '../hook.ts';
import { HOOK_FILE, readHook } from './read-hook.ts';

/** A folder that may hold hooks. */
export interface HookRoot {
  readonly dir: string;
  readonly source: HookSource;
}

export interface FoundHooks {
  readonly hooks: readonly Hook[];
  /** Why folders that look like hooks are none. */
  readonly problems: readonly string[];
}

/** Folders looked at in one root; more are no collection that a person made. */
const MAX_CANDIDATES = 200;

/** The hooks of all roots in the order they were found; of one name the one of the last root counts. */
export async function findHooks(roots: readonly HookRoot[]): Promise<FoundHooks> {
  const byName = new Map<string, Hook>();
  const problems: string[] = [];
  for (const root of roots) {
    for (const dir of await hookDirs(root.dir, problems)) {
      const reading = await readHook(dir, root.source);
      if (reading.ok) byName.set(reading.hook.name, reading.hook);
      else problems.push(`${dir}: ${reading.problem}`);
    }
  }
  return { hooks: [...byName.values()], problems };
}

/** The root itself when it is a hook or a pack, else those of its children. */
async function hookDirs(root: string, problems: string[]): Promise<readonly string[]> {
  const own = await hooksAt(root, problems);
  if (own.length > 0) return own;
  const entries = await readdir(root, { withFileTypes: true }).catch((): Dirent[] => []);
  const children = entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !isIgnored(entry.name))
    .map(({ name }) => join(root, name))
    .sort()
    .slice(0, MAX_CANDIDATES);
  const found: string[] = [];
  for (const child of children) found.push(...(await hooksAt(child, problems)));
  return found;
}

/** A hook folder is one hook; a package with `openclaw.hooks` names its hooks' folders. */
async function hooksAt(dir: string, problems: string[]): Promise<readonly string[]> {
  const packed = await packHooks(dir);
  if (packed === undefined) return (await isFile(join(dir, HOOK_FILE))) ? [dir] : [];
  const inside: string[] = [];
  for (const path of packed) {
    if (await isWithin(dir, path)) inside.push(resolve(dir, path));
    else problems.push(`${dir}: the hook path "${path}" leads out of the package`);
  }
  return inside;
}

/** The `openclaw.hooks` list of a package; undefined where there is none. */
export async function packHooks(dir: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(dir, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const manifest: unknown = JSON.parse(text);
    const section = isFields(manifest) ? manifest.openclaw : undefined;
    const hooks = isFields(section) ? section.hooks : undefined;
    return Array.isArray(hooks) ? textsField(hooks) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a path of a package stays in it, also over links; what is not there is judged by its name. */
async function isWithin(dir: string, path: string): Promise<boolean> {
  const target = resolve(dir, path);
  const [from, to] = await Promise.all([real(dir), real(target)]);
  const way = relative(from, to);
  return way === '' || (!way.startsWith('..') && resolve(from, way) === to);
}

const real = (path: string): Promise<string> => realpath(path).catch(() => path);

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

function isIgnored(name: string): boolean {
  return basename(name).startsWith('.') || name === 'node_modules';
}
