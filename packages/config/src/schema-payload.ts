import { CONFIG_CONTRACT_VERSION } from './contract-version.ts';
import { readDataFile } from './data-file.ts';
import { isJsonObject, type JsonObject, objectAt } from './json-object.ts';

export interface ConfigSchemaPayload {
  readonly schema: JsonObject;
  /** By config path (`*` record member, `[]` array item): label, group, order, placeholder, sensitive, advanced. */
  readonly uiHints: JsonObject;
  readonly version: string;
  readonly generatedAt: string;
}

/**
 * The result of `config.schema`. `channels` names the channels that are loaded: only their sections are described, as
 * in the original (reference config/config.md §9).
 */
export async function configSchemaPayload(input: {
  readonly channels: readonly string[];
  readonly nowMs: number;
}): Promise<ConfigSchemaPayload> {
  const [schema, hints] = await Promise.all([readObject('rpc-schema.json'), readObject('ui-hints.json')]);
  return {
    schema: { title: 'OpenClawConfig', ...(await withChannels(schema, input.channels)) },
    uiHints: Object.fromEntries(Object.entries(hints).map(([path, hint]) => [path, withLabel(path, hint)])),
    version: CONFIG_CONTRACT_VERSION,
    generatedAt: new Date(input.nowMs).toISOString(),
  };
}

async function withChannels(schema: JsonObject, channels: readonly string[]): Promise<JsonObject> {
  if (channels.length === 0) return schema;
  const known = await readObject('channel-schemas.json');
  const properties = objectAt(schema, 'properties') ?? {};
  const section = objectAt(properties, 'channels') ?? {};
  const described = Object.fromEntries(channels.flatMap((id) => (known[id] === undefined ? [] : [[id, known[id]]])));
  const merged = { ...section, properties: { ...objectAt(section, 'properties'), ...described } };
  return { ...schema, properties: { ...properties, channels: merged } };
}

function withLabel(path: string, hint: unknown): unknown {
  if (!isJsonObject(hint) || hint.label !== true) return hint;
  return { ...hint, label: labelOf(path) };
}

const UPPER_CASE_WORDS = new Set([
  'api',
  'cdp',
  'cli',
  'dm',
  'dms',
  'http',
  'id',
  'ids',
  'ip',
  'mcp',
  'tls',
  'tts',
  'ui',
  'url',
  'ssh',
]);

/** `gateway.remote.sshTarget` → `Remote SSH Target`: the last two names, split into words. */
function labelOf(path: string): string {
  const names = path
    .replaceAll('[]', '')
    .split('.')
    .filter((name) => name !== '*');
  return names
    .slice(names.length > 2 ? -2 : -1)
    .flatMap((name) => name.split(/(?=[A-Z])|[-_\s]/))
    .map((word) =>
      UPPER_CASE_WORDS.has(word.toLowerCase()) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join(' ');
}

async function readObject(name: string): Promise<JsonObject> {
  const parsed: unknown = JSON.parse(await readDataFile(name));
  return isJsonObject(parsed) ? parsed : {};
}
