import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../record.ts';

/** The files that pairing shares with the original: names, content and how they are read (reference channels/framework.md §6). */

/** Somebody who waits to be let in. */
export interface PairingRequest {
  /** As the channel's allowlists name them. */
  readonly id: string;
  readonly code: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly lastSeenAt: string;
  /** What is known of them, e.g. their name; `accountId` says where they wrote to. */
  readonly meta?: Readonly<Record<string, string>>;
}

export function requestsFile(folder: string, channel: string): string {
  return join(folder, `${safeName(channel)}-pairing.json`);
}

export function allowFile(folder: string, channel: string, accountId: string | undefined): string {
  const account = accountId === undefined ? '' : `-${safeName(accountId)}`;
  return join(folder, `${safeName(channel)}${account}-allowFrom.json`);
}

/** Names come from configurations and commands: nothing in them may lead elsewhere. */
function safeName(name: string): string {
  const safe = name
    .trim()
    .toLowerCase()
    .replace(/[\\/:*?"<>|]/g, '_')
    .replaceAll('..', '_');
  if (safe === '' || safe === '_') throw new Error(`"${name}" cannot be part of a file's name`);
  return safe;
}

export function readRequests(value: unknown): readonly PairingRequest[] {
  const list = isRecord(value) ? value.requests : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown): PairingRequest[] => {
    if (!isRecord(item)) return [];
    const { id, code, createdAt, lastSeenAt, meta } = item;
    if (typeof id !== 'string' || typeof code !== 'string' || typeof createdAt !== 'string') return [];
    const texts = isRecord(meta)
      ? Object.entries(meta).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : []))
      : [];
    return [
      {
        id,
        code,
        createdAt,
        lastSeenAt: typeof lastSeenAt === 'string' ? lastSeenAt : createdAt,
        ...(texts.length > 0 && { meta: Object.fromEntries(texts) }),
      },
    ];
  });
}

export function readAllowed(value: unknown): readonly string[] {
  const list = isRecord(value) ? value.allowFrom : undefined;
  return Array.isArray(list) ? list.flatMap((entry) => (typeof entry === 'string' ? [entry] : [])) : [];
}

/** The JSON of a file; undefined when there is none. Throws for a file that cannot be read: nobody is let in or out by guessing. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return value;
}

/** Changes when the file does; other processes may write it. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs}:${size}:${ino}`;
  } catch (error) {
    if (isMissing(error)) return 'absent';
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
