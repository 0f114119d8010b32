import { isJsonObject, isUnsafeKey, type JsonObject } from '../json-object.ts';

/** One migration: changes the draft in place and says what it did, in the words of the contract. */
export type MigrationStep = (draft: JsonObject, changes: string[]) => void;

/** The object under a key of the draft; a missing or wrong value is replaced by an empty object. */
export function ensureObject(draft: JsonObject, ...keys: readonly string[]): JsonObject {
  let at = draft;
  for (const key of keys) {
    const next = at[key];
    if (isJsonObject(next)) {
      at = next;
      continue;
    }
    const made: JsonObject = {};
    at[key] = made;
    at = made;
  }
  return at;
}

/** Adds what `target` does not have yet, through all levels; existing values win. */
export function fillMissing(target: JsonObject, source: JsonObject): void {
  for (const [key, value] of Object.entries(source)) {
    if (isUnsafeKey(key)) continue;
    const present = target[key];
    if (present === undefined) target[key] = value;
    else if (isJsonObject(present) && isJsonObject(value)) fillMissing(present, value);
  }
}

/** Takes a key out of an object and returns what was there. */
export function take(object: JsonObject, key: string): unknown {
  const value = object[key];
  delete object[key];
  return value;
}

/** Removes an object that has become empty. */
export function dropIfEmpty(parent: JsonObject, key: string): void {
  const value = parent[key];
  if (isJsonObject(value) && Object.keys(value).length === 0) delete parent[key];
}

export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
