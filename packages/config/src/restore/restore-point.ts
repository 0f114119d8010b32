/**
 * A restore point: copies of the files that a change is about to touch, in `<state>/chela/restore/<id>/`, with a manifest
 * that says where each came from. What did not exist is noted too, so that applying the point removes it again.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from '../json-object.ts';

const RESTORE_REASONS = ['config', 'migrate', 'export', 'doctor', 'reset', 'restore'] as const;
/** What was about to happen when the point was made. */
export type RestoreReason = (typeof RESTORE_REASONS)[number];

export interface KeptFile {
  /** Where the file belongs. */
  readonly path: string;
  /** Name of the copy in the point's folder; null for a file that did not exist. */
  readonly copy: string | null;
  readonly bytes: number;
  /** SHA-256 of the copy in hex; empty for a file that did not exist. */
  readonly sha256: string;
  /** A database: its side files go when it is put back. */
  readonly database: boolean;
}

export interface RestorePoint {
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly reason: RestoreReason;
  readonly files: readonly KeptFile[];
  /** Of all copies. */
  readonly bytes: number;
}

const MANIFEST = 'manifest.json';

export function restoreFolder(stateDir: string): string {
  return join(stateDir, 'chela', 'restore');
}

export function manifestPath(folder: string): string {
  return join(folder, MANIFEST);
}

export function pointJson(point: RestorePoint): string {
  return `${JSON.stringify({ version: 1, ...point }, null, 2)}\n`;
}

/** The point in a folder; undefined when the folder holds none that we understand. */
export async function readPoint(folder: string): Promise<RestorePoint | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(manifestPath(folder), 'utf8'));
    return isJsonObject(value) ? pointOf(value) : undefined;
  } catch {
    // A folder that was half made or is somebody else's is no restore point.
    return undefined;
  }
}

function pointOf(value: Readonly<Record<string, unknown>>): RestorePoint | undefined {
  const { version, id, createdAt, files, bytes } = value;
  const reason = RESTORE_REASONS.find((known) => known === value.reason);
  if (version !== 1 || typeof id !== 'string' || typeof createdAt !== 'string' || reason === undefined)
    return undefined;
  if (!Array.isArray(files) || !files.every(isKeptFile) || typeof bytes !== 'number') return undefined;
  return { id, createdAt, reason, files, bytes };
}

function isKeptFile(value: unknown): value is KeptFile {
  return (
    isJsonObject(value) &&
    typeof value.path === 'string' &&
    (value.copy === null || typeof value.copy === 'string') &&
    typeof value.bytes === 'number' &&
    typeof value.sha256 === 'string' &&
    typeof value.database === 'boolean'
  );
}
