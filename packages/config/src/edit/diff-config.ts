import { equalJson, isJsonObject, type JsonObject } from '../json-object.ts';
import type { ConfigEdit } from './edit-text.ts';

/** The edits that turn `before` into `after`: objects key by key, everything else as a whole. */
export function diffConfig(before: unknown, after: unknown, path: readonly string[] = []): ConfigEdit[] {
  if (!isJsonObject(before) || !isJsonObject(after)) {
    return equalJson(before, after) ? [] : [{ path, value: after }];
  }
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...removed.map((key) => ({ path: [...path, key], value: undefined })),
    ...Object.entries(after).flatMap(([key, value]) =>
      Object.hasOwn(before, key) ? diffConfig(before[key], value, [...path, key]) : [{ path: [...path, key], value }],
    ),
  ];
}

/**
 * The merge patch of `config.patch`: null deletes, objects recurse, other values replace. An array whose elements all
 * have an `id` is merged by id instead: known ids are patched, the rest is appended (reference config/config.md §9).
 */
export function mergePatch(base: unknown, patch: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(patch) && base.length > 0 && base.every(hasId)) {
    return mergeById(base, patch);
  }
  if (!isJsonObject(patch)) return patch;
  const out: JsonObject = isJsonObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key === '__proto__') continue;
    if (value === null) delete out[key];
    else out[key] = mergePatch(out[key], value);
  }
  return out;
}

function mergeById(base: readonly JsonObject[], patch: readonly unknown[]): unknown[] {
  const merged: unknown[] = [...base];
  for (const item of patch) {
    const at = hasId(item) ? base.findIndex((known) => known.id === item.id) : -1;
    if (at < 0) merged.push(item);
    else merged[at] = mergePatch(merged[at], item);
  }
  return merged;
}

function hasId(value: unknown): value is JsonObject {
  return isJsonObject(value) && typeof value.id === 'string' && value.id.trim() !== '';
}
