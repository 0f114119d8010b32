import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CODE_RULES } from './code-rules.ts';

const CODE_FILE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git']);
const MAX_FILES = 500;
const MAX_FILE_BYTES = 1024 * 1024;

export interface CodeSight {
  readonly rule: string;
  readonly severity: 'critical' | 'warn';
  /** Below the folder. */
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
}

/**
 * Looks through the programs of a folder for what deserves a look; one sight a rule and file. Files that are asked for
 * by name (`first`) are looked at before the others. Links are not followed. Rejects when the folder cannot be read.
 */
export async function scanFolder(folder: string, first: readonly string[] = []): Promise<readonly CodeSight[]> {
  const files = new Set(first);
  for await (const file of codeFiles(folder)) {
    if (files.size >= MAX_FILES) break;
    files.add(file);
  }
  const sights: CodeSight[] = [];
  for (const file of files) {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) continue;
    const source = await readFile(file, 'utf8');
    for (const { id, severity, find } of CODE_RULES) {
      const index = find(source);
      if (index < 0) continue;
      const line = source.slice(0, index).split('\n').length;
      sights.push({ rule: id, severity, file: relative(folder, file), line });
    }
  }
  return sights;
}

async function* codeFiles(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const path = join(folder, entry.name);
    if (entry.isFile() && CODE_FILE.test(entry.name)) yield path;
    else if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* codeFiles(path);
  }
}
