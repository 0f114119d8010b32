import { access, readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { TranscriptEntry } from '@chela/store';
import { touchedPaths } from './touched-files.ts';

/**
 * Files of a workspace that an agent is expected to read again after a compaction and did not (reference agent/sessions.md
 * §14.5). Only those that are there: nobody is sent to read what does not exist.
 */

const WORKFLOW_FILE = 'WORKFLOW_AUTO.md';
const DAY_FILE = /^memory\/\d{4}-\d{2}-\d{2}\.md$/;
const READING_TOOLS: ReadonlySet<string> = new Set(['read', 'memory_get']);

/** Paths in the workspace; of the notes of days the newest counts, and any that was read will do. */
export async function unreadFiles(workspaceDir: string, log: readonly TranscriptEntry[]): Promise<readonly string[]> {
  const since = log.slice(log.findLastIndex(({ type }) => type === 'compaction') + 1);
  const read = touchedPaths(since, READING_TOOLS).map((path) => relative(workspaceDir, resolve(workspaceDir, path)));
  const workflow = (await exists(join(workspaceDir, WORKFLOW_FILE))) ? WORKFLOW_FILE : undefined;
  const day = await newestDay(workspaceDir);
  return [
    ...(workflow === undefined || read.includes(workflow) ? [] : [workflow]),
    ...(day === undefined || read.some((path) => DAY_FILE.test(path)) ? [] : [day]),
  ];
}

/** The note about them for the next message; undefined when there is none. Pure. */
export function unreadFilesNote(files: readonly string[]): string | undefined {
  if (files.length === 0) return undefined;
  return [
    '⚠️ Post-Compaction Audit: these files belong to the start of every session and were not read since the summary:',
    ...files.map((file) => `  - ${file}`),
    'Read them now, before you go on.',
  ].join('\n');
}

async function newestDay(workspaceDir: string): Promise<string | undefined> {
  const names = await readdir(join(workspaceDir, 'memory')).catch(() => []);
  const days = names.map((name) => `memory/${name}`).filter((path) => DAY_FILE.test(path));
  return days.toSorted().at(-1);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
