import { CORE_CHANNEL_IDS, PLUGIN_CHANNEL_IDS } from '../channel-ids.ts';
import { isJsonObject, type JsonObject, objectAt, text } from '../json-object.ts';
import type { ConfigIssue } from '../service.ts';

/** Channels of the contract. */
const CHANNEL_IDS: ReadonlySet<string> = new Set([...CORE_CHANNEL_IDS, ...PLUGIN_CHANNEL_IDS]);

/** Sections of channels that nobody knows, and heartbeats that go to one. `extra`: ids declared by installed plugins. */
export function channelIssues(config: JsonObject, extra: ReadonlySet<string>): ConfigIssue[] {
  const known = (id: string): boolean => CHANNEL_IDS.has(id) || extra.has(id);
  const sections = unknownSections(config)
    .filter((id) => !extra.has(id))
    .map((id) => ({ path: `channels.${id}`, message: `unknown channel id: ${id}` }));

  const targets = heartbeats(config).flatMap(([path, heartbeat]) => {
    const target = text(heartbeat.target);
    const id = target?.toLowerCase();
    if (target === undefined || id === undefined || id === 'last' || id === 'none' || known(id)) return [];
    return [{ path: `${path}.heartbeat.target`, message: `unknown heartbeat target: ${target}` }];
  });
  return [...sections, ...targets];
}

/** Sections below `channels` that the contract does not know. */
export function unknownSections(config: JsonObject): readonly string[] {
  return Object.keys(objectAt(config, 'channels') ?? {}).filter((id) => id !== 'defaults' && !CHANNEL_IDS.has(id));
}

function heartbeats(config: JsonObject): (readonly [string, JsonObject])[] {
  const agents = objectAt(config, 'agents');
  const list = Array.isArray(agents?.list) ? agents.list : [];
  const holders: (readonly [string, unknown])[] = [
    ['agents.defaults', agents?.defaults],
    ...list.map((agent, index) => [`agents.list.${index}`, agent] as const),
  ];
  return holders.flatMap(([path, holder]) => {
    const heartbeat = objectAt(holder, 'heartbeat');
    return isJsonObject(heartbeat) ? [[path, heartbeat] as const] : [];
  });
}
