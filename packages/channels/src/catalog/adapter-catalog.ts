import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Env } from '@chela/config';
import type { ChannelAdapter } from '../contract/adapter.ts';
import type { AdapterCatalog } from '../kernel.ts';
import { isRecord } from '../record.ts';

/** What an adapter's folder has in a build, and in a checkout. */
const ENTRIES = ['index.mjs', join('src', 'index.ts')];
const ADAPTER_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Beside the chunks of a build, and in a checkout; the first that exists holds the adapters of this program. */
export function adapterFolders(env: Env): readonly string[] {
  const own = [join(import.meta.dirname, '..', 'channels'), join(import.meta.dirname, '..', '..', 'adapters')];
  return env.CHELA_CHANNEL_ADAPTERS ? [env.CHELA_CHANNEL_ADAPTERS, ...own] : own;
}

/**
 * The adapters of this machine: a folder each, named after the channel. There is no list to keep; nothing of an adapter
 * is loaded until it is asked for, and then its facts and pure functions alone: the vendor's library comes with `connect`.
 */
export async function createAdapterCatalog(folders: readonly string[]): Promise<AdapterCatalog> {
  const places = new Map<string, string>();
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const isAdapter = (entry.isDirectory() || entry.isSymbolicLink()) && ADAPTER_ID.test(entry.name);
      if (isAdapter && !places.has(entry.name)) places.set(entry.name, join(folder, entry.name));
    }
  }
  const ids = [...places.keys()].sort();
  const loaded = new Map<string, Promise<ChannelAdapter>>();

  function loadId(id: string, folder: string): Promise<ChannelAdapter> {
    const known = loaded.get(id);
    if (known !== undefined) return known;
    // One that could not be loaded is tried again: somebody may install what it needs.
    const loading = loadAdapter(id, folder).catch((error: unknown) => {
      loaded.delete(id);
      throw error;
    });
    loaded.set(id, loading);
    return loading;
  }

  async function byAlias(name: string): Promise<ChannelAdapter | undefined> {
    for (const [id, folder] of places) {
      const adapter = await loadId(id, folder).catch(() => undefined);
      if (adapter?.facts.aliases.includes(name)) return adapter;
    }
    return undefined;
  }

  return {
    ids,
    async load(channel) {
      const name = channel.trim().toLowerCase();
      const folder = places.get(name);
      return folder === undefined ? byAlias(name) : loadId(name, folder);
    },
  };
}

async function loadAdapter(id: string, folder: string): Promise<ChannelAdapter> {
  const entry = await entryOf(folder);
  if (entry === undefined) throw new Error(`The channel adapter "${id}" has no entry in ${folder}.`);
  const module: unknown = await import(pathToFileURL(entry).href);
  const adapter = isRecord(module) ? module.default : undefined;
  if (!isAdapter(adapter)) throw new Error(`The channel adapter "${id}" has no channel as its default export.`);
  if (adapter.facts.id !== id) throw new Error(`The channel adapter in "${id}" calls itself "${adapter.facts.id}".`);
  return adapter;
}

async function entryOf(folder: string): Promise<string | undefined> {
  for (const entry of ENTRIES) {
    const path = join(folder, entry);
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  }
  return undefined;
}

/** A module of another package: its shape is looked at before it is believed. */
function isAdapter(value: unknown): value is ChannelAdapter {
  if (!isRecord(value) || !isRecord(value.facts)) return false;
  return typeof value.facts.id === 'string' && typeof value.readAccount === 'function' && isRecord(value.targets);
}
