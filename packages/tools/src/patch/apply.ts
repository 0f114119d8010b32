import { lstat, rm, writeFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { FilePlace, FileUse } from '../files/file-access.ts';
import { readWhole } from '../files/read-whole.ts';
import { type PatchHunk, parsePatch } from './parse.ts';
import { updateText } from './update-lines.ts';

/** Files a patch changed, as the model sees their paths. */
export interface PatchSummary {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly deleted: readonly string[];
}

export interface PatchPlace {
  /** Folder that paths are told from in the summary. */
  readonly root: string;
  /** Runs a task on the file that a hunk names; throws when patches may not reach it. */
  at<T>(path: string, use: FileUse, task: (file: FilePlace) => Promise<T>): Promise<T>;
  readonly signal: AbortSignal;
}

const FILE_MAX_BYTES = 16 * 1024 * 1024;

function shownPath(root: string, absolute: string): string {
  const way = relative(root, absolute);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) ? absolute : way;
}

async function readTarget(place: FilePlace, signal: AbortSignal): Promise<string> {
  const tooLarge = (size: number): string => `the file has ${size} bytes`;
  try {
    const data = await readWhole(place, { maxBytes: FILE_MAX_BYTES, tooLarge }, signal);
    return data.toString('utf8');
  } catch (error) {
    throw new Error(`Failed to read file to update ${place.path}: ${String(error)}`, { cause: error });
  }
}

async function store({ path, at, writeFlags }: FilePlace, content: string): Promise<string> {
  await writeFile(at, content, { encoding: 'utf8', flag: writeFlags });
  return path;
}

async function remove({ path, at }: FilePlace): Promise<string> {
  await lstat(at);
  await rm(at);
  return path;
}

/** Changes a file, or leaves the changed text elsewhere; returns where it is then. */
async function update(
  place: PatchPlace,
  { moveTo, chunks }: Extract<PatchHunk, { kind: 'update' }>,
  source: FilePlace,
): Promise<string> {
  const text = updateText(await readTarget(source, place.signal), chunks, source.path);
  if (moveTo === undefined) return store(source, text);
  const moved = await place.at(moveTo, 'create', (target) => store(target, text));
  if (moved !== source.path) await rm(source.at);
  return moved;
}

/** Applies a patch hunk by hunk; what a failing hunk follows stays applied (reference agent/tools.md §3.8). */
export async function applyPatch(input: string, place: PatchPlace): Promise<PatchSummary> {
  const hunks = parsePatch(input);
  if (hunks.length === 0) throw new Error('No files were modified.');
  const added = new Set<string>();
  const modified = new Set<string>();
  const deleted = new Set<string>();

  const { root, signal } = place;
  for (const hunk of hunks) {
    signal.throwIfAborted();
    if (hunk.kind === 'add') {
      const path = await place.at(hunk.path, 'create', (file) => store(file, hunk.content));
      added.add(shownPath(root, path));
    } else if (hunk.kind === 'delete') {
      const path = await place.at(hunk.path, 'remove', remove);
      deleted.add(shownPath(root, path));
    } else {
      const path = await place.at(hunk.path, 'change', (source) => update(place, hunk, source));
      modified.add(shownPath(root, path));
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
