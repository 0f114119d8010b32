import { isObject } from '../validation/compile.ts';
import type { LegacyAlias, Modernised } from './alias.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Modes of the client ids that name their mode; every other client is a `backend` (reference protocol/protocol.md §2.2). */
const MODE_OF_CLIENT: Readonly<Record<string, string>> = {
  cli: 'cli',
  webchat: 'webchat',
  'webchat-ui': 'webchat',
  'openclaw-control-ui': 'webchat',
  'openclaw-macos': 'ui',
  'openclaw-ios': 'node',
  'openclaw-android': 'node',
  'node-host': 'node',
  'openclaw-probe': 'probe',
  test: 'test',
};
const UNKNOWN = 'unknown';

/** Connect params of older clients in the contract's form; undefined when they have none of the older forms. */
export function modernConnectParams(params: unknown): Modernised | undefined {
  if (!isObject(params)) return undefined;
  const aliases: LegacyAlias[] = [];
  let value: Fields = params;
  if (typeof params.client === 'string') {
    aliases.push('client-string');
    value = { ...withoutFields(value, ['version', 'platform']), client: clientOf(params.client, params) };
  }
  const range = rangeOf(params);
  if (range) {
    aliases.push('protocol-range');
    const [minProtocol, maxProtocol] = range;
    value = { ...withoutFields(value, ['protocol', 'protocolVersion']), minProtocol, maxProtocol };
  }
  return aliases.length > 0 ? { value, aliases } : undefined;
}

/** The name alone, with the version and platform that stood beside it. */
function clientOf(id: string, { version, platform }: Fields): Fields {
  const mode = (Object.hasOwn(MODE_OF_CLIENT, id) ? MODE_OF_CLIENT[id] : undefined) ?? 'backend';
  return { id, version: version ?? UNKNOWN, platform: platform ?? UNKNOWN, mode };
}

/** One version, a pair, `{min, max}`, or half a range. Undefined when the range is in the contract's form or absent. */
function rangeOf(params: Fields): readonly [unknown, unknown] | undefined {
  const { minProtocol, maxProtocol } = params;
  if (minProtocol !== undefined && maxProtocol !== undefined) return undefined;
  if (minProtocol !== undefined || maxProtocol !== undefined) {
    return [minProtocol ?? maxProtocol, maxProtocol ?? minProtocol];
  }
  const given = params.protocol ?? params.protocolVersion;
  if (typeof given === 'number') return [given, given];
  if (Array.isArray(given) && given.length === 2) return [given[0], given[1]];
  return isObject(given) ? [given.min, given.max] : undefined;
}

const withoutFields = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
