import { readFile } from 'node:fs/promises';

const MAX_CHARS = 65_536;

/** The text of a small file that holds a secret; undefined when it is missing or empty. */
export async function readSecretFile(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(0, MAX_CHARS).trim() || undefined;
}
