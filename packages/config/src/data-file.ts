import { readFile } from 'node:fs/promises';

/** Reads a file of this package's `data/` folder. A bundle keeps the folder beside the one its chunks are in. */
export function readDataFile(name: string): Promise<string> {
  return readFile(new URL(`../data/${name}`, import.meta.url), 'utf8');
}
