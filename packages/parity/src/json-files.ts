import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The JSON files below the given files and folders, each folder's in the order of their names. */
export async function jsonFiles(inputs: readonly string[]): Promise<readonly string[]> {
  return (await Promise.all(inputs.map(jsonFilesOf))).flat();
}

async function jsonFilesOf(input: string): Promise<readonly string[]> {
  if (!(await stat(input)).isDirectory()) return [input];
  const names = await readdir(input, { recursive: true });
  return names
    .filter((name) => name.endsWith('.json') && !name.includes('node_modules'))
    .sort()
    .map((name) => join(input, name));
}
