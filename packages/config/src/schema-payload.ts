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

/** A channel that is loaded, as the page's form shows its section. */
export interface ChannelDescription {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  /** JSON Schema of `channels.<id>`. */
  readonly schema: JsonObject;
  readonly settings: readonly {
    readonly key: string;
    readonly label: string;
    readonly help?: string;
    readonly isSecret?: true;
  }[];
}

/**
 * The result of `config.schema`. Only the sections of channels that are loaded are described, as in the original
 * (reference config/config.md §9); what the contract says about one stands before what its adapter says.
 */
export async function configSchemaPayload(input: {
  readonly channels: readonly ChannelDescription[];
  readonly nowMs: number;
}): Promise<ConfigSchemaPayload> {
  const [schema, hints] = await Promise.all([readObject('rpc-schema.json'), readObject('ui-hints.json')]);
  const known = Object.entries(hints).map(([path, hint]) => [path, withLabel(path, hint)]);
  return {
    schema: { title: 'OpenClawConfig', ...(await withChannels(schema, input.channels)) },
    uiHints: { ...Object.fromEntries(input.channels.flatMap(channelHints)), ...Object.fromEntries(known) },
    version: CONFIG_CONTRACT_VERSION,
    generatedAt: new Date(input.nowMs).toISOString(),
  };
}

async function withChannels(schema: JsonObject, channels: readonly ChannelDescription[]): Promise<JsonObject> {
  if (channels.length === 0) return schema;
  const known = await readObject('channel-schemas.json');
  const properties = objectAt(schema, 'properties') ?? {};
  const section = objectAt(properties, 'channels') ?? {};
  const described = Object.fromEntries(channels.map(({ id, schema: own }) => [id, known[id] ?? own]));
  const merged = { ...section, properties: { ...objectAt(section, 'properties'), ...described } };
  return { ...schema, properties: { ...properties, channels: merged } };
}

function channelHints({ id, label, help, settings }: ChannelDescription): readonly (readonly [string, JsonObject])[] {
  return [
    [`channels.${id}`, { label, help }],
    ...settings.flatMap((setting) => {
      const hint = {
        label: setting.label,
        ...(setting.help !== undefined && { help: setting.help }),
        ...(setting.isSecret && { sensitive: true }),
      };
      return [`channels.${id}.${setting.key}`, `channels.${id}.accounts.*.${setting.key}`].map(
        (path) => [path, hint] as const,
      );
    }),
  ];
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
