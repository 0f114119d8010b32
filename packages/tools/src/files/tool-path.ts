import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

const UNICODE_SPACES = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g;

const plainSpaces = (path: string): string => path.replace(UNICODE_SPACES, ' ');

/** A path as models write it, with plain spaces and without a leading `@`. */
export function plainPath(path: string): string {
  const plain = plainSpaces(path);
  return plain.startsWith('@') ? plain.slice(1) : plain;
}

/** A path as models write it, made absolute: `~` is the home, a leading `@` is dropped, the rest is relative to `baseDir`. */
export function resolveToolPath(path: string, baseDir: string, homeDir: string): string {
  return resolvePatchPath(plainPath(path), baseDir, homeDir);
}

/** A path of a patch, made absolute; a leading `@` is part of a file's name there. */
export function resolvePatchPath(path: string, baseDir: string, homeDir: string): string {
  const named = plainSpaces(path);
  if (named === '~') return homeDir;
  if (named.startsWith('~/')) return join(homeDir, named.slice(2));
  return resolve(baseDir, named);
}

function isInside(root: string, target: string): boolean {
  const way = relative(root, target);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The real path of the deepest existing ancestor of `target` joined with the part that does not exist yet. */
export async function realTarget(target: string): Promise<string> {
  try {
    return await realpath(target);
  } catch {
    const parent = dirname(target);
    if (parent === target) return target;
    return join(await realTarget(parent), basename(target));
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** How many links that lead nowhere are followed one after the other. */
const LINKS_MAX = 40;

/**
 * Where a link leads, also when nothing is there yet; the link itself when it leads in a circle, which nobody can open.
 * Undefined when it cannot be told.
 */
async function linkTarget(link: string, left = LINKS_MAX): Promise<string | undefined> {
  try {
    return await realpath(link);
  } catch (error) {
    if (isCode(error, 'ELOOP')) return link;
    if (!isCode(error, 'ENOENT') || left === 0) return undefined;
  }
  const place = await realTarget(resolve(dirname(link), await readlink(link)));
  const entry = await lstat(place).catch(() => undefined);
  return entry?.isSymbolicLink() ? linkTarget(place, left - 1) : place;
}

/** A path as messages tell it: the home folder is `~`. */
function shortPath(path: string, homeDir: string | undefined): string {
  if (homeDir === undefined || !isInside(homeDir, path)) return path;
  const way = relative(homeDir, path);
  return way === '' ? '~' : `~/${way}`;
}

export interface RootCheck {
  /** The path as the model wrote it. */
  readonly shown: string;
  /** Told as `~` in messages. */
  readonly homeDir?: string;
  /** A link at the end of the path is meant itself, not what it leads to. */
  readonly lastLink?: boolean;
}

/**
 * Throws unless `target` lies inside `root`, links followed (reference agent/tools.md ); a link that leads nowhere yet
 * is judged by where it would.
 */
export async function assertInsideRoot(root: string, target: string, check: RootCheck): Promise<void> {
  const { shown, homeDir, lastLink = false } = check;
  if (!isInside(root, target)) throw new Error(`Path escapes sandbox root (${shortPath(root, homeDir)}): ${shown}`);
  const realRoot = await realTarget(root);
  const steps = relative(root, target).split(sep);
  let at = root;
  for (const [index, step] of steps.entries()) {
    at = join(at, step);
    const entry = await lstat(at).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return undefined;
      throw error;
    });
    if (entry === undefined) return;
    if (!entry.isSymbolicLink() || at === root) continue;
    if (lastLink && index === steps.length - 1) return;
    const leads = await linkTarget(at);
    if (leads === undefined || !(isInside(realRoot, leads) || isInside(root, leads))) {
      throw new Error(`Symlink escapes sandbox root (${shortPath(realRoot, homeDir)}): ${shortPath(at, homeDir)}`);
    }
    at = leads;
  }
}
