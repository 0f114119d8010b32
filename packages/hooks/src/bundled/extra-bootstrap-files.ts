import { glob, open, realpath } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { BOOTSTRAP_NAMES, MEMORY_NAMES } from '@chela/config';
import { isFields, textsField } from '@chela/skills';
import type { HookEvent } from '../hook-event.ts';
import type { HookEntry } from '../hook-settings.ts';
import type { HandlerReply } from '../running/hook-handler.ts';

/** Names that a prompt knows what to do with (reference agent/sessions.md §15). */
const KNOWN_NAMES: ReadonlySet<string> = new Set([...BOOTSTRAP_NAMES, ...MEMORY_NAMES]);
const MAX_FILES = 50;
/** Far above what a prompt can carry. */
const FILE_MAX_BYTES = 1_048_576;
/** Folders that patterns do not walk through. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** Adds the files of the workspace that the configured patterns match (reference agent/automation.md §4.3). */
export async function addBootstrapFiles({ context }: HookEvent, { fields }: HookEntry): Promise<HandlerReply> {
  const patterns = [fields.paths, fields.patterns, fields.files].flatMap(textsField);
  const { workspaceDir, bootstrapFiles } = context;
  if (patterns.length === 0 || typeof workspaceDir !== 'string' || !Array.isArray(bootstrapFiles)) return {};
  const present = new Set(bootstrapFiles.map((file) => (isFields(file) ? file.path : undefined)));
  const added: { name: string; path: string; content: string; missing: false }[] = [];
  for (const path of await matches(workspaceDir, patterns)) {
    if (added.length >= MAX_FILES) break;
    if (present.has(path) || !KNOWN_NAMES.has(basename(path))) continue;
    present.add(path);
    const content = await readInside(workspaceDir, path);
    if (content !== undefined) added.push({ name: basename(path), path, content, missing: false });
  }
  return added.length === 0 ? {} : { bootstrapFiles: [...bootstrapFiles, ...added] };
}

/** Paths under the workspace, in the order of the patterns. */
async function matches(workspaceDir: string, patterns: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const hits = glob(pattern, { cwd: workspaceDir, exclude: (name) => SKIPPED.has(basename(name)) });
    const here: string[] = [];
    for await (const hit of hits) {
      here.push(resolve(workspaceDir, hit));
      if (here.length >= MAX_FILES * 4) break;
    }
    for (const path of here.sort()) found.add(path);
  }
  return [...found];
}

/** The text of a file that lies in the workspace, also when it is reached over links; undefined for every other. */
async function readInside(workspaceDir: string, path: string): Promise<string | undefined> {
  try {
    const [root, real] = await Promise.all([realpath(workspaceDir), realpath(path)]);
    if (join(root, relative(root, real)) !== real || relative(root, real).startsWith('..')) return undefined;
    await using file = await open(real);
    if (!(await file.stat()).isFile()) return undefined;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_MAX_BYTES), 0, FILE_MAX_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return undefined;
  }
}
