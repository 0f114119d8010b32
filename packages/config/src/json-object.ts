/** A JSON object as it comes out of a parser; its values are unknown until somebody looks. */
export type JsonObject = { [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a key, or undefined when there is none. */
export function objectAt(value: unknown, ...keys: readonly string[]): JsonObject | undefined {
  let at: unknown = value;
  for (const key of keys) {
    if (!isJsonObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return isJsonObject(at) ? at : undefined;
}

/** A non-blank string, trimmed; undefined for anything else. */
export function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** Assigning `__proto__` would change the object's prototype instead of adding a key. */
export function isUnsafeKey(key: string): boolean {
  return key === '__proto__';
}

/** Whether two JSON values are equal; the order of keys does not matter. (`node:util` costs 3 ms at the start.) */
export function equalJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]))
  );
}
