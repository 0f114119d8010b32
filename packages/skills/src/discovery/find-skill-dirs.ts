import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

export const SKILL_FILE = 'SKILL.md';
const NESTED_DIR = 'skills';

export interface FoundDirs {
  readonly dirs: readonly string[];
  /** More folders than may be looked at were there. */
  readonly truncated: boolean;
}

/**
 * The folders under a root that are skills: the root itself, else its children; a root whose `skills` child holds
 * skills stands for that child (reference agent/automation.md §6.1). Hidden folders and `node_modules` are no skills.
 * A root that is not there has none.
 */
export async function findSkillDirs(root: string, maxCandidates: number): Promise<FoundDirs> {
  if (await hasSkillFile(root)) return { dirs: [root], truncated: false };
  const nested = await skillChildren(join(root, NESTED_DIR), maxCandidates);
  return nested.dirs.length > 0 ? nested : skillChildren(root, maxCandidates);
}

async function skillChildren(dir: string, maxCandidates: number): Promise<FoundDirs> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((): Dirent[] => []);
  const candidates = entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !isIgnored(entry.name))
    .map((entry) => entry.name)
    .sort();
  const looked = candidates.slice(0, maxCandidates).map((name) => join(dir, name));
  const found = await Promise.all(looked.map(async (path) => ((await hasSkillFile(path)) ? [path] : [])));
  return { dirs: found.flat(), truncated: candidates.length > maxCandidates };
}

/** Names of folders that never hold skills. */
export function isIgnored(path: string): boolean {
  const name = basename(path);
  return name.startsWith('.') || name === 'node_modules';
}

async function hasSkillFile(dir: string): Promise<boolean> {
  try {
    return (await stat(join(dir, SKILL_FILE))).isFile();
  } catch {
    return false;
  }
}
