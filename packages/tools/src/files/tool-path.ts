import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

const UNICODE_SPACES = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g;

/** A path as models write it, with plain spaces and without a leading `@`. */
export function plainPath(path: string): string {
  const plain = path.replace(UNICODE_SPACES, ' ');
  return plain.startsWith('@') ? plain.slice(1) : plain;
}

/** A path as models write it, made absolute: `~` is the home, a leading `@` is dropped, the rest is relative to `baseDir`. */
export function resolveToolPath(path: string, baseDir: string, homeDir: string): string {
  const named = plainPath(path);
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

async function isDanglingLink(target: string): Promise<boolean> {
  const entry = await lstat(target).catch(() => undefined);
  if (entry === undefined || !entry.isSymbolicLink()) return false;
  return realpath(target).then(
    () => false,
    () => true,
  );
}

/**
 * Throws unless `target` lies inside `root`, links followed (reference agent/tools.md ). `shown` is the path as
 * the model wrote it. A link that leads nowhere is refused too: what a write through it would create is unknown.
 */
export async function assertInsideRoot(root: string, target: string, shown: string): Promise<void> {
  const escapes = new Error(`Path escapes sandbox root (${root}): ${shown}`);
  if (!isInside(root, target)) throw escapes;
  if (await isDanglingLink(target)) throw escapes;
  const realRoot = await realTarget(root);
  if (!isInside(realRoot, await realTarget(target))) throw escapes;
}
