import { ConfigRejectedError } from './edit/create-editor.ts';
import { mergePatch } from './edit/diff-config.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import type { ConfigService } from './service.ts';
import type { Config } from './types.ts';
import { validateConfig } from './validate.ts';

/** Values that stand over the configuration file until the process ends (reference agent/sessions.md §20, `/debug`). */
export interface ConfigOverrides {
  current(): Readonly<Record<string, unknown>>;
  /** Rejects with ConfigRejectedError when the configuration would not be valid with it. */
  set(path: readonly string[], value: unknown): Promise<void>;
  /** False when there was none. */
  unset(path: readonly string[]): boolean;
  reset(): void;
}

/** A configuration service whose `current` has the overrides in it; the file is never touched. */
export function withOverrides(service: ConfigService): {
  readonly service: ConfigService;
  readonly overrides: ConfigOverrides;
} {
  const listeners = new Set<(next: Config, previous: Config) => void>();
  let tree: JsonObject = {};
  let known = { base: service.current(), tree, merged: service.current() };

  const current = (): Config => {
    const base = service.current();
    if (known.base !== base || known.tree !== tree) known = { base, tree, merged: merge(base, tree) };
    return known.merged;
  };
  const replace = (next: JsonObject): void => {
    const previous = current();
    tree = next;
    for (const listener of listeners) listener(current(), previous);
  };
  let last = current();
  const unfollow = service.onChange(() => {
    const previous = last;
    last = current();
    for (const listener of listeners) listener(last, previous);
  });

  return {
    service: {
      ...service,
      current,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async close() {
        unfollow();
        listeners.clear();
        await service.close();
      },
    },
    overrides: {
      current: () => tree,
      async set(path, value) {
        const next = withValue(tree, path, value);
        const { issues } = await validateConfig(merge(service.current(), next), service.paths);
        if (issues.length > 0) throw new ConfigRejectedError(issues);
        replace(next);
      },
      unset(path) {
        const next = withoutValue(tree, path);
        if (next === tree) return false;
        replace(next);
        return true;
      },
      reset: () => replace({}),
    },
  };
}

function merge(base: Config, tree: JsonObject): Config {
  if (Object.keys(tree).length === 0) return base;
  const merged = mergePatch(base, tree);
  return isJsonObject(merged) ? merged : base;
}

function withValue(tree: JsonObject, [key, ...rest]: readonly string[], value: unknown): JsonObject {
  if (key === undefined) return tree;
  const inner = tree[key];
  return { ...tree, [key]: rest.length === 0 ? value : withValue(isJsonObject(inner) ? inner : {}, rest, value) };
}

/** The same tree when there is nothing at the path; objects that become empty go too. */
function withoutValue(tree: JsonObject, [key, ...rest]: readonly string[]): JsonObject {
  if (key === undefined || !Object.hasOwn(tree, key)) return tree;
  const { [key]: inner, ...others } = tree;
  if (rest.length === 0) return others;
  if (!isJsonObject(inner)) return tree;
  const left = withoutValue(inner, rest);
  if (left === inner) return tree;
  return Object.keys(left).length === 0 ? others : { ...others, [key]: left };
}
