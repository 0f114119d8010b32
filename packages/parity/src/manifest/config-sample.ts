import { isJsonObject, type JsonObject } from '../json-value.ts';
import type { ConfigKey } from './config-keys.ts';

const MEMBER = 'sample';
/** Members of `plugins.entries` have to be plugins. */
const PLUGIN = 'memory-core';
/** Texts of common forms; the first that fits the pattern, length and format of a key is its sample. */
const TEXTS = ['sample', 'https://example.invalid/x', '#aabbcc', '12:00'];

/** Values that a rule of the contract beside the schema asks for, by the end of the path (reference config/config.md §8). */
const RULED_VALUES: Readonly<Record<string, unknown>> = {
  'activeHours.start': '09:00',
  'activeHours.end': '18:00',
  'heartbeat.every': '10m',
  'heartbeat.target': 'last',
  'maintenance.pruneAfter': '10d',
  'maintenance.rotateBytes': '10mb',
  'slots.memory': PLUGIN,
};

/** Neighbours that such a rule asks for. */
const NEIGHBOURS: readonly { readonly path: RegExp; readonly name: string; readonly value: unknown }[] = [
  { path: /^browser\.profiles\.\*(\.(color|driver))?$/, name: 'cdpPort', value: 18_801 },
  { path: /\.activity(Type|Url)$/, name: 'activity', value: 'sample' },
  { path: /\.activityUrl$/, name: 'activityType', value: 1 },
  { path: /\.nickserv\.register$/, name: 'registerEmail', value: 'sample@example.invalid' },
  { path: /^channels\.telegram\..*webhookUrl$/, name: 'webhookSecret', value: 'sample' },
];

/** A configuration that has the key, with a value as the contract wants it, and what the objects around it require. */
export function sampleConfig(key: ConfigKey, keys: readonly ConfigKey[]): JsonObject {
  const needed = keys
    .filter(({ shape }) => shape.required === true)
    .filter(({ path }) => isNeeded(path, key.path, keys));
  const values = [...needed, key].map(({ path, shape }) => [path, ruledValue(path) ?? plainValue(shape)] as const);
  const neighbours = NEIGHBOURS.filter(({ path }) => path.test(key.path)).map(
    ({ name, value }) => [`${key.shape.type === 'object' ? key.path : parentOf(key.path)}.${name}`, value] as const,
  );
  const config = [...values, ...neighbours].reduce<unknown>(
    (inner, [path, value]) => withValue(inner, segmentsOf(path), value),
    {},
  );
  return isJsonObject(config) ? config : {};
}

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('.'), 0));

const ruledValue = (path: string): unknown =>
  Object.entries(RULED_VALUES).find(([end]) => path.endsWith(`.${end}`))?.[1];

/** True for a required member of an object on the way to the key, or of one that is needed itself. */
function isNeeded(path: string, target: string, keys: readonly ConfigKey[]): boolean {
  const parent = parentOf(path);
  if (path === target || parent === '') return false;
  if (target === parent || target.startsWith(`${parent}.`)) return true;
  const holder = keys.find((key) => key.path === parent);
  return holder?.shape.required === true && isNeeded(parent, target, keys);
}

/** Member names; `list[]` is the member `list` and in it the first item. */
const segmentsOf = (path: string): readonly string[] =>
  path
    .replace('plugins.entries.*', `plugins.entries.${PLUGIN}`)
    .split('.')
    .flatMap((segment) => segment.split(/(?=\[\])/));

function withValue(inner: unknown, path: readonly string[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return isJsonObject(inner) && isJsonObject(value) ? { ...value, ...inner } : value;
  if (head === '[]') return [withValue(Array.isArray(inner) ? inner[0] : undefined, rest, value)];
  const members = isJsonObject(inner) ? inner : {};
  const name = head === '*' ? MEMBER : head;
  return { ...members, [name]: withValue(members[name], rest, value) };
}

/** The simplest value of the shape. */
function plainValue(shape: ConfigKey['shape']): unknown {
  const [first] = shape.enum ?? [];
  if (first !== undefined) return first;
  switch ([shape.type].flat().join('|').split('|')[0]) {
    case 'boolean':
      return true;
    case 'number':
    case 'integer':
      return Math.min(Math.max(shape.minimum ?? 1, 1), shape.maximum ?? Number.POSITIVE_INFINITY);
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return textOf(shape);
  }
}

function textOf({ pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY, format }: ConfigKey['shape']): string {
  const form = format === 'uri' ? /^https:/ : new RegExp(pattern ?? '');
  const fits = (text: string): boolean => text.length >= minLength && text.length <= maxLength && form.test(text);
  return TEXTS.find(fits) ?? MEMBER.repeat(Math.max(1, Math.ceil(minLength / MEMBER.length)));
}
