import { isAbsolute, join, posix, relative } from 'node:path';
import { assertInsideRoot, plainPath, type RootCheck } from '../files/tool-path.ts';
import type { Mount } from './docker-arguments.ts';
import type { Sandbox } from './sandbox.ts';

/** A path of a sandbox and what lies there on the host. */
export interface SandboxPath {
  readonly inside: string;
  readonly outside: string;
  readonly mount: Mount;
}

function below(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  return way === '..' || way.startsWith('../') || isAbsolute(way) ? undefined : way;
}

/** The innermost of the folders that `path` lies in. */
function innermost(mounts: readonly Mount[], side: 'inside' | 'outside', path: string): SandboxPath | undefined {
  const candidates = mounts.filter((mount) => below(mount[side], path) !== undefined);
  const mount = candidates.toSorted((a, b) => b[side].length - a[side].length)[0];
  if (mount === undefined) return undefined;
  const way = below(mount[side], path) ?? '';
  return { mount, inside: posix.join(mount.inside, way), outside: join(mount.outside, way) };
}

/**
 * Where a path as the model writes it leads: relative ones start at the workspace, absolute ones are the sandbox's or, for
 * folders it sees, the host's. Throws `Path escapes sandbox root` for everything else, links followed (reference agent/tools.md ).
 */
export async function sandboxPath(
  sandbox: Sandbox,
  path: string,
  { lastLink = false }: Pick<RootCheck, 'lastLink'> = {},
): Promise<SandboxPath> {
  const { workdir, root } = sandbox;
  const { mounts } = sandbox.place;
  const named = plainPath(path);
  const absolute = posix.resolve(workdir, named === '~' || named.startsWith('~/') ? `.${named.slice(1)}` : named);
  const found = innermost(mounts, 'inside', absolute) ?? innermost(mounts, 'outside', absolute);
  if (found === undefined) throw new Error(`Path escapes sandbox root (${root}): ${path}`);
  await assertInsideRoot(found.mount.outside, found.outside, { shown: path, lastLink });
  return found;
}
