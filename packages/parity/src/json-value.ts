/** A JSON object of unknown content. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Arrays too: whatever has members to walk over. */
export const hasMembers = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** `value?.[key]` of a value of unknown type. */
export const memberOf = (value: unknown, key: string): unknown =>
  value === null || value === undefined ? undefined : Reflect.get(Object(value), key);

/** The value at a dotted path; the empty path is the value itself. */
export const valueAt = (value: unknown, path: string): unknown =>
  (path ? path.split('.') : []).reduce((inner: unknown, key) => memberOf(inner, key), value);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const stringOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The parsed text, or the text itself when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Like `parseJson`, but an empty text is no value. */
export const parseBody = (text: string): unknown => (text === '' ? undefined : parseJson(text));

/** A copy as it would travel: members that are undefined are gone. */
export const jsonCopy = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

/** Drops members that are undefined. */
export const compact = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

export type JsonType = 'null' | 'array' | 'object' | 'string' | 'number' | 'boolean' | 'undefined' | 'other';

export function jsonType(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  if (type === 'bigint' || type === 'symbol' || type === 'function') return 'other';
  return type;
}
