import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDataFile } from '../data-file.ts';
import { isJsonObject, type JsonObject, objectAt, text } from '../json-object.ts';
import { parseJson5 } from '../read/parse-json5.ts';
import { resolveUserPath } from '../select/resolve-user-path.ts';
import type { StatePaths } from '../service.ts';

export interface PluginCatalog {
  /** JSON Schema of `plugins.entries.<id>.config` by plugin id, in the order of discovery. */
  readonly configSchemas: ReadonlyMap<string, unknown>;
  /** Channel ids that installed plugins declare. */
  readonly channelIds: ReadonlySet<string>;
}

const MANIFEST = 'openclaw.plugin.json';

/** The bundled plugins of the contract and what is installed on this machine, read from the manifests. */
export async function readPluginCatalog(config: JsonObject, paths: StatePaths): Promise<PluginCatalog> {
  const schemas = new Map<string, unknown>();
  const channelIds = new Set<string>();
  const bundled: unknown = JSON.parse(await readDataFile('plugin-config-schemas.json'));
  for (const [id, schema] of Object.entries(isJsonObject(bundled) ? bundled : {})) schemas.set(id, schema);
  for (const folder of await pluginFolders(config, paths)) {
    const manifest = await readManifest(folder);
    const id = text(manifest?.id);
    if (id === undefined) continue;
    schemas.set(id, manifest?.configSchema);
    for (const channel of Array.isArray(manifest?.channels) ? manifest.channels : []) channelIds.add(String(channel));
  }
  return { configSchemas: schemas, channelIds };
}

/** Folders that may hold a manifest: `<state>/extensions/*`, and each path of `plugins.load.paths` or its children. */
async function pluginFolders(config: JsonObject, paths: StatePaths): Promise<string[]> {
  const listed = objectAt(config, 'plugins', 'load')?.paths;
  const named = (Array.isArray(listed) ? listed : []).filter((path) => typeof path === 'string');
  const roots = [join(paths.stateDir, 'extensions'), ...named.map((path) => resolveUserPath(path, paths.homeDir))];
  const folders = await Promise.all(
    roots.map(async (root) => {
      const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
      return [root, ...entries.filter((entry) => entry.isDirectory()).map((entry) => join(root, entry.name))];
    }),
  );
  return folders.flat();
}

/** A folder without a readable manifest is not a plugin. */
async function readManifest(folder: string): Promise<JsonObject | undefined> {
  try {
    const manifest = await parseJson5(await readFile(join(folder, MANIFEST), 'utf8'));
    return isJsonObject(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}
