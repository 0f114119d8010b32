import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Skipped } from './report.ts';

export interface StateFile {
  /** Below the state directory, with `/` between folders. */
  readonly name: string;
  readonly path: string;
}

/** Names at the top of a state directory that belong to one place or one run. */
const LEFT_BEHIND: ReadonlyMap<string, string> = new Map([
  ['logs', 'logs stay with the place they tell about'],
  ['sandboxes', 'sandboxes are made anew'],
  ['restart-sentinel.json', 'it belongs to one restart'],
  ['update-check.json', 'it belongs to one installation'],
]);
const PASSING_FILE = /\.(?:lock|tmp|sock|partial)$/;

/** The files of a state directory that mean something elsewhere. `without` names files and folders that somebody else looks after. */
export async function listStateFiles(
  stateDir: string,
  without: (name: string) => string | boolean,
): Promise<{ readonly files: readonly StateFile[]; readonly skipped: readonly Skipped[] }> {
  const files: StateFile[] = [];
  const skipped: Skipped[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const name = relative(stateDir, path).replaceAll(sep, '/');
      const left = without(name);
      const why = typeof left === 'string' ? left : left ? undefined : reasonToLeave(name, entry);
      if (why !== undefined) skipped.push({ what: name, why });
      if (why !== undefined || left !== false) continue;
      if (entry.isDirectory()) await visit(path);
      else files.push({ name, path });
    }
  };
  await visit(stateDir);
  return { files, skipped };
}

function reasonToLeave(
  name: string,
  entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean },
): string | undefined {
  const left = LEFT_BEHIND.get(name);
  if (left !== undefined) return left;
  if (entry.isSymbolicLink()) return 'links are not followed';
  if (PASSING_FILE.test(name)) return 'it belongs to a run';
  return entry.isFile() || entry.isDirectory() ? undefined : 'it is no file';
}

/** Where `inner` lies below `outer`; undefined when it does not. */
export async function placeInside(outer: string, inner: string): Promise<string | undefined> {
  const [from, to] = await Promise.all([realpath(outer), realpath(inner).catch(() => inner)]);
  const name = relative(from, to);
  return name === '' || name.startsWith('..') ? undefined : name.replaceAll(sep, '/');
}
