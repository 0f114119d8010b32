import { isJsonObject, isUnsafeKey, type JsonObject } from '../json-object.ts';
import { isWholeReference } from '../read/substitute.ts';
import type { ConfigSnapshot } from '../service.ts';
import { loadSensitivePaths, type SensitivePaths } from './sensitive-paths.ts';

/** What stands for a secret in `config.get`; sent back by a client it means "as it was" (reference config/config.md §9). */
export const REDACTED_SENTINEL = '__OPENCLAW_REDACTED__';

/** A client sent the sentinel for a secret that the file does not have. */
export class RedactedValueError extends Error {
  override readonly name = 'RedactedValueError';

  constructor(path: string) {
    super(`Sentinel value "${REDACTED_SENTINEL}" in key ${path} is not valid as real data`);
  }
}

/** The result of `config.get`: the snapshot without its secrets, in the contract's order of keys. */
export async function redactedSnapshot(snapshot: ConfigSnapshot): Promise<JsonObject> {
  const { path, exists, valid, hash, issues, warnings, legacyIssues } = snapshot;
  if (!valid) {
    const nothing = { raw: null, parsed: null, resolved: {}, valid, config: {} };
    return { path, exists, ...nothing, hash, issues, warnings, legacyIssues };
  }
  const sensitive = await loadSensitivePaths();
  const secrets = new Set<string>();
  const hide = (value: unknown): unknown => redactValue(value, sensitive, secrets);
  const parsed = hide(snapshot.parsed);
  const resolved = hide(snapshot.resolved ?? {});
  const config = hide(snapshot.config);
  const raw = snapshot.raw === null ? null : redactRaw(snapshot.raw, secrets);
  return { path, exists, raw, parsed, resolved, valid, config, hash, issues, warnings, legacyIssues };
}

/** A copy of a configuration with its secrets replaced, e.g. for the results of `config.set` and `config.patch`. */
export async function redactedConfig(config: unknown): Promise<unknown> {
  return redactValue(config, await loadSensitivePaths(), new Set());
}

/** Every secret of a configuration by its value, e.g. to keep them out of logs. */
export async function configSecrets(config: unknown): Promise<ReadonlySet<string>> {
  const secrets = new Set<string>();
  redactValue(config, await loadSensitivePaths(), secrets);
  return secrets;
}

/**
 * Puts the secrets of `original` back where a client sent the sentinel; elements of arrays by their index. A text that
 * only holds a secret, e.g. an address with a key in it, comes back when it is otherwise unchanged. Throws
 * RedactedValueError where there is nothing to put back.
 */
export async function restoreRedacted(submitted: unknown, original: unknown): Promise<unknown> {
  const sensitive = await loadSensitivePaths();
  const secrets = new Set<string>();
  redactValue(original, sensitive, secrets);

  const walk = (value: unknown, before: unknown, keys: readonly string[]): unknown => {
    if (value === REDACTED_SENTINEL && sensitive.matches(keys)) {
      if (typeof before === 'string') return before;
      throw new RedactedValueError(keys.join('.').replaceAll('.[]', '[]'));
    }
    if (typeof value === 'string') {
      const isUnchanged = typeof before === 'string' && redactRaw(before, secrets) === value;
      return isUnchanged ? before : value;
    }
    if (Array.isArray(value)) {
      const old: readonly unknown[] = Array.isArray(before) ? before : [];
      return value.map((item, index) => walk(item, old[index], [...keys, '[]']));
    }
    if (!isJsonObject(value)) return value;
    const out: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      if (!isUnsafeKey(key)) out[key] = walk(item, isJsonObject(before) ? before[key] : undefined, [...keys, key]);
    }
    return out;
  };

  return walk(submitted, original, []);
}

function redactValue(root: unknown, sensitive: SensitivePaths, secrets: Set<string>): unknown {
  const walk = (value: unknown, keys: readonly string[]): unknown => {
    if (typeof value === 'string') {
      if (isWholeReference(value) || !sensitive.matches(keys)) return value;
      if (value !== '') secrets.add(value);
      return REDACTED_SENTINEL;
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, [...keys, '[]']));
    if (!isJsonObject(value)) return value;
    const out: JsonObject = {};
    for (const [key, item] of Object.entries(value)) out[key] = walk(item, [...keys, key]);
    return out;
  };
  return walk(root, []);
}

/** Longest first, so that a secret that contains another one leaves no rest behind. */
function redactRaw(raw: string, secrets: ReadonlySet<string>): string {
  let out = raw;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    out = out.replaceAll(secret, REDACTED_SENTINEL);
    const quoted = JSON.stringify(secret).slice(1, -1);
    if (quoted !== secret) out = out.replaceAll(quoted, REDACTED_SENTINEL);
  }
  return out;
}
