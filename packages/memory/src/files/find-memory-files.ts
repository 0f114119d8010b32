import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { normalizeMemoryPath } from '../text/memory-path.ts';

/** A memory file on disk. */
export interface MemoryFile {
  /** Relative to the workspace, with forward slashes; the name under which it is indexed. */
  readonly path: string;
  readonly absolutePath: string;
  readonly mtimeMs: number;
  readonly size: number;
}

export interface MemoryPlaces {
  readonly workspaceDir: string;
  /** Absolute paths of files and folders. */
  readonly extraPaths: readonly string[];
}

/** Above this a file is not memory but data; the index leaves it out. */
export const FILE_MAX_BYTES = 4 * 1024 * 1024;
const FILES_MAX = 20_000;
const MAIN_FILES = ['MEMORY.md', 'memory.md'] as const;

async function addFile(absolutePath: string, found: Map<string, MemoryFile>, workspaceDir: string): Promise<void> {
  if (!absolutePath.endsWith('.md') || found.size >= FILES_MAX) return;
  const info = await lstat(absolutePath).catch(() => undefined);
  if (info?.isFile() !== true || info.size > FILE_MAX_BYTES) return;
  const path = normalizeMemoryPath(relative(workspaceDir, absolutePath).replaceAll(sep, '/'));
  // MEMORY.md and memory.md are one file where letter case does not matter.
  const key = `${info.dev}:${info.ino}`;
  if (!found.has(key)) found.set(key, { path, absolutePath, mtimeMs: info.mtimeMs, size: info.size });
}

async function addFolder(dir: string, found: Map<string, MemoryFile>, workspaceDir: string): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, entry.name);
    // A link is neither: it could lead out of the workspace.
    if (entry.isDirectory()) await addFolder(path, found, workspaceDir);
    else if (entry.isFile()) await addFile(path, found, workspaceDir);
  }
}

/** The Markdown files of an agent's memory; links are not followed (reference agent/automation.md §5.1). */
export async function findMemoryFiles({ workspaceDir, extraPaths }: MemoryPlaces): Promise<readonly MemoryFile[]> {
  const found = new Map<string, MemoryFile>();
  for (const name of MAIN_FILES) await addFile(join(workspaceDir, name), found, workspaceDir);
  for (const path of [join(workspaceDir, 'memory'), ...extraPaths]) {
    const info = await lstat(path).catch(() => undefined);
    if (info?.isDirectory()) await addFolder(path, found, workspaceDir);
    else if (info?.isFile()) await addFile(path, found, workspaceDir);
  }
  return [...found.values()];
}
