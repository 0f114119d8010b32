import { equalJson, isJsonObject, type JsonObject } from '../json-object.ts';
import type { ConfigEdit } from './edit-text.ts';

/**
 * The edits that turn `before` into `after`: objects key by key, everything else as a whole. With `items`, arrays that
 * grew at their end or lost elements are edited element by element, so that comments between the others stay.
 */
export function diffConfig(
  before: unknown,
  after: unknown,
  arrays: 'whole' | 'items' = 'whole',
  path: readonly string[] = [],
): ConfigEdit[] {
  if (arrays === 'items' && Array.isArray(before) && Array.isArray(after)) return diffItems(before, after, path);
  if (!isJsonObject(before) || !isJsonObject(after)) {
    return equalJson(before, after) ? [] : [{ path, value: after }];
  }
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...removed.map((key) => ({ path: [...path, key], value: undefined })),
    ...Object.entries(after).flatMap(([key, value]) =>
      Object.hasOwn(before, key)
        ? diffConfig(before[key], value, arrays, [...path, key])
        : [{ path: [...path, key], value }],
    ),
  ];
}

function diffItems(before: readonly unknown[], after: readonly unknown[], path: readonly string[]): ConfigEdit[] {
  if (after.length >= before.length) {
    return after.flatMap((item, index) => {
      const place = [...path, String(index)];
      return index < before.length ? diffConfig(before[index], item, 'items', place) : [{ path: place, value: item }];
    });
  }
  const removed = removedItems(before, after);
  if (removed === undefined) return [{ path, value: after }];
  return removed.toReversed().map((index) => ({ path: [...path, String(index)], value: undefined }));
}

/** The places that `after` lacks when it is `before` without some elements; undefined when more than that changed. */
function removedItems(before: readonly unknown[], after: readonly unknown[]): readonly number[] | undefined {
  const removed: number[] = [];
  let kept = 0;
  for (const [index, item] of before.entries()) {
    if (kept < after.length && equalJson(item, after[kept])) kept += 1;
    else removed.push(index);
  }
  return kept === after.length ? removed : undefined;
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
