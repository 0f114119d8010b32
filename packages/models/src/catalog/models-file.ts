import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '../json-shape.ts';
import { normalizeProvider } from '../refs.ts';
import { type ModelSettings, type ProviderSettings, readProviders } from '../settings.ts';

/** `<agentDir>/models.json`: providers beside those of the configuration (reference agent/models.md §3.1). Only read. */
export interface ModelsFile {
  /** Looks whether the file changed, once a second at most. Never rejects: a broken file counts as none. */
  refresh(): Promise<void>;
  /** What stood in it at the last look. */
  providers(): readonly ProviderSettings[];
}

const FILE_LIMIT_BYTES = 8 * 1024 * 1024;
/** Every turn asks; the file is looked at once a second. */
const LOOK_EVERY_MS = 1_000;

export function createModelsFile(agentDir: string, { now }: { readonly now: () => number }): ModelsFile {
  const path = join(agentDir, 'models.json');
  let goodUntil = 0;
  let stamp = '';
  let providers: readonly ProviderSettings[] = [];
  return {
    async refresh() {
      if (now() < goodUntil) return;
      goodUntil = now() + LOOK_EVERY_MS;
      const info = await stat(path).catch(() => undefined);
      const next = info === undefined || info.size > FILE_LIMIT_BYTES ? '' : `${info.mtimeMs}:${info.size}:${info.ino}`;
      if (next === stamp) return;
      const text = next === '' ? '' : await readFile(path, 'utf8').catch(() => '');
      stamp = next;
      providers = readProviders(parseJson(text));
    },
    providers: () => providers,
  };
}

/** The settings with the file's providers behind the configuration's; models of a provider both have are united by id. */
export function withModelsFile(settings: ModelSettings, file: readonly ProviderSettings[]): ModelSettings {
  if (file.length === 0 || settings.mode === 'replace') return settings;
  const inFile = new Map(file.map((provider) => [normalizeProvider(provider.id), provider]));
  const own = settings.providers.map((provider) => {
    const other = inFile.get(normalizeProvider(provider.id));
    inFile.delete(normalizeProvider(provider.id));
    if (other === undefined) return provider;
    const known = new Set(provider.models.map(({ id }) => id));
    return { ...provider, models: [...provider.models, ...other.models.filter(({ id }) => !known.has(id))] };
  });
  return { ...settings, providers: [...own, ...inFile.values()] };
}
