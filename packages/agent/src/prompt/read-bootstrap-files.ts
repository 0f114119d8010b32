import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BOOTSTRAP_NAMES, MEMORY_NAMES } from '@chela/config';
import type { Clock } from '@chela/observability';
import type { BootstrapFile } from './bootstrap-files.ts';

/**
 * Reads the bootstrap files of workspaces and keeps them by size and modification time. A workspace is looked at
 * again at most every RECHECK_MS, so a burst of turns costs no file work; `forget` makes the next look immediate.
 */
export interface BootstrapReader {
  read(workspaceDir: string): Promise<readonly BootstrapFile[]>;
  /** After something may have written into the workspace. */
  forget(workspaceDir: string): void;
}

const RECHECK_MS = 250;
/** Far above what a prompt can carry; keeps a huge file out of memory. */
const READ_MAX_BYTES = 1_048_576;
const MAX_WORKSPACES = 64;

interface KeptFile {
  readonly stamp: string;
  readonly content: string;
}

interface KeptWorkspace {
  checkedAt: number;
  files: Promise<readonly BootstrapFile[]>;
  readonly contents: Map<string, KeptFile>;
}

export function createBootstrapReader(deps: { readonly clock: Clock }): BootstrapReader {
  const workspaces = new Map<string, KeptWorkspace>();
  return {
    read(workspaceDir) {
      const now = deps.clock.now();
      const kept = workspaces.get(workspaceDir);
      if (kept !== undefined && now - kept.checkedAt < RECHECK_MS && now >= kept.checkedAt) return kept.files;
      const contents = kept?.contents ?? new Map<string, KeptFile>();
      const files = readAll(workspaceDir, contents);
      workspaces.delete(workspaceDir);
      workspaces.set(workspaceDir, { checkedAt: now, files, contents });
      const [oldest] = workspaces.keys();
      if (workspaces.size > MAX_WORKSPACES && oldest !== undefined) workspaces.delete(oldest);
      return files;
    },
    forget(workspaceDir) {
      const kept = workspaces.get(workspaceDir);
      if (kept !== undefined) kept.checkedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

async function readAll(workspaceDir: string, contents: Map<string, KeptFile>): Promise<readonly BootstrapFile[]> {
  const names = [...BOOTSTRAP_NAMES, ...MEMORY_NAMES];
  const files = await Promise.all(names.map((name) => readOne(workspaceDir, name, contents)));
  const optional: ReadonlySet<string> = new Set(MEMORY_NAMES);
  return files.filter((file) => !file.missing || !optional.has(file.name));
}

async function readOne(workspaceDir: string, name: string, contents: Map<string, KeptFile>): Promise<BootstrapFile> {
  const path = join(workspaceDir, name);
  const content = await readKept(path, contents).catch(() => undefined);
  return content === undefined ? { name, path, missing: true } : { name, path, missing: false, content };
}

/** Undefined for everything that is not a plain file: a pipe or a folder must not hold a turn up. */
async function readKept(path: string, contents: Map<string, KeptFile>): Promise<string | undefined> {
  const facts = await stat(path);
  if (!facts.isFile()) return undefined;
  const stamp = `${facts.mtimeMs}:${facts.size}:${facts.ino}`;
  const kept = contents.get(path);
  if (kept?.stamp === stamp) return kept.content;
  const content = await readBounded(path, facts.size);
  contents.set(path, { stamp, content });
  return content;
}

async function readBounded(path: string, size: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(size, READ_MAX_BYTES));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
