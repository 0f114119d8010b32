import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '@chela/config';

/** Ids become folder names. */
const ADAPTER_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Where adapters lie: beside the chunks of a build or in a checkout, and for tests of adapters wherever they say. */
export function adapterFolders(env: Env): readonly string[] {
  const own = [join(import.meta.dirname, '..', 'channels'), join(import.meta.dirname, '..', '..', 'adapters')];
  return env.CHELA_CHANNEL_ADAPTERS ? [env.CHELA_CHANNEL_ADAPTERS, ...own] : own;
}

/** The folder of each adapter by its channel's id; the first folder that has one wins. */
export async function adapterPlaces(folders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>();
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const isAdapter = (entry.isDirectory() || entry.isSymbolicLink()) && ADAPTER_ID.test(entry.name);
      if (isAdapter && !places.has(entry.name)) places.set(entry.name, join(folder, entry.name));
    }
  }
  return places;
}
