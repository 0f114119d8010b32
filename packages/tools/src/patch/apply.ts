import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { errorMessage } from '../call/tool-input-error.ts';
import { assertInsideRoot, resolveToolPath } from '../files/tool-path.ts';
import { parsePatch } from './parse.ts';
import { updateText } from './update-lines.ts';

/** Files a patch changed, as the model sees their paths. */
export interface PatchSummary {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly deleted: readonly string[];
}

export interface PatchPlace {
  readonly root: string;
  readonly homeDir: string;
  /** Whether paths outside the root are refused. */
  readonly workspaceOnly: boolean;
  readonly signal: AbortSignal;
}

const FILE_MAX_BYTES = 16 * 1024 * 1024;

function shownPath(root: string, absolute: string): string {
  const way = relative(root, absolute);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) ? absolute : way;
}

async function readTarget(path: string, signal: AbortSignal): Promise<string> {
  try {
    const { size } = await lstat(path);
    if (size > FILE_MAX_BYTES) throw new Error(`the file has ${size} bytes`);
    return await readFile(path, { encoding: 'utf8', signal });
  } catch (error) {
    throw new Error(`Failed to read file to update ${path}: ${errorMessage(error)}`, { cause: error });
  }
}

async function store(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, 'utf8');
}

/** Applies a patch hunk by hunk; what a failing hunk follows stays applied (reference agent/tools.md §3.8). */
export async function applyPatch(input: string, place: PatchPlace): Promise<PatchSummary> {
  const hunks = parsePatch(input);
  if (hunks.length === 0) throw new Error('No files were modified.');
  const added = new Set<string>();
  const modified = new Set<string>();
  const deleted = new Set<string>();

  async function locate(path: string): Promise<string> {
    const absolute = resolveToolPath(path, place.root, place.homeDir);
    if (place.workspaceOnly) await assertInsideRoot(place.root, absolute, path);
    return absolute;
  }

  for (const hunk of hunks) {
    place.signal.throwIfAborted();
    const target = await locate(hunk.path);
    const shown = shownPath(place.root, target);
    if (hunk.kind === 'add') {
      await store(target, hunk.content);
      added.add(shown);
    } else if (hunk.kind === 'delete') {
      await lstat(target);
      await rm(target);
      deleted.add(shown);
    } else {
      const moved = hunk.moveTo === undefined ? target : await locate(hunk.moveTo);
      const text = updateText(await readTarget(target, place.signal), hunk.chunks, target);
      await store(moved, text);
      if (moved !== target) await rm(target);
      modified.add(shownPath(place.root, moved));
    }
  }
  return { added: [...added], modified: [...modified], deleted: [...deleted] };
}

/** What the model reads after a patch: the changed files, grouped. */
export function summaryText({ added, modified, deleted }: PatchSummary): string {
  return [
    'Success. Updated the following files:',
    ...added.map((path) => `A ${path}`),
    ...modified.map((path) => `M ${path}`),
    ...deleted.map((path) => `D ${path}`),
  ].join('\n');
}
