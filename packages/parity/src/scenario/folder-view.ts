import { readdir, readFile, stat } from 'node:fs/promises';
import { parseJson } from '../json-value.ts';

const RANDOM_PART = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * The names in a folder, lock files left out; null when there is no such folder. They are sorted without their
 * random part, so that the order is the same in every run.
 */
export async function listFolder(path: string): Promise<readonly string[] | null> {
  const names = await orNull(readdir(path));
  if (names === null) return null;
  const key = (name: string): string => name.replace(RANDOM_PART, '');
  return names.filter((name) => !name.endsWith('.lock')).sort((a, b) => order(key(a), key(b)) || order(a, b));
}

/** A file's content, JSON and JSON lines parsed; a folder's names; null when there is nothing. */
export async function readParsed(path: string): Promise<unknown> {
  if ((await orNull(stat(path)))?.isDirectory()) return { dir: await listFolder(path) };
  const text = await orNull(readFile(path, 'utf8'));
  if (text === null) return null;
  if (path.endsWith('.jsonl')) return text.split('\n').filter(Boolean).map(parseJson);
  return path.endsWith('.json') ? parseJson(text) : text;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is missing or unreadable shows as null: that is the observation. */
const orNull = <T>(work: Promise<T>): Promise<T | null> => work.catch(() => null);
