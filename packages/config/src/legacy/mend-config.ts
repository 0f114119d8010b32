import { diffConfig } from '../edit/diff-config.ts';
import type { ConfigEdit } from '../edit/edit-text.ts';
import { isJsonObject, type JsonObject } from '../json-object.ts';
import type { ConfigIssue, ConfigSnapshot, StatePaths } from '../service.ts';
import { validateConfig } from '../validate.ts';
import { DOCTOR_REWRITES } from './doctor-rewrites.ts';
import { migrateLegacyConfig } from './migrate.ts';

/** How a configuration file can be brought to today's keys. */
export interface ConfigMending {
  /** What would be done, one sentence a change; empty when there is nothing to do. */
  readonly changes: readonly string[];
  /** Keys that no release knows, as dotted paths; they are removed only when that was asked for. */
  readonly unknownKeys: readonly string[];
  /** For the editor: comments, references and everything else stay. */
  readonly edits: readonly ConfigEdit[];
  /** What is still wrong afterwards; edits with remaining issues would be refused. */
  readonly remaining: readonly ConfigIssue[];
}

/** Removing a key can bring the next unknown one to light; more rounds than this mean that something else is wrong. */
const ROUNDS = 8;
const UNKNOWN_KEYS = /^Unrecognized keys?: (.+)$/;

/**
 * Plans the migration of a file with keys of older releases, and the removal of keys that nobody knows. Migration comes
 * first, so that nothing that has a present place is taken for unknown (reference config/config.md §7 "Data-loss trap").
 * `rewriteValues` adds the mends that only doctor makes.
 */
export async function planMending(
  snapshot: ConfigSnapshot,
  paths: StatePaths,
  options: { readonly dropUnknown: boolean; readonly rewriteValues?: boolean },
): Promise<ConfigMending> {
  const { parsed } = snapshot;
  if (!isJsonObject(parsed)) return { changes: [], unknownKeys: [], edits: [], remaining: snapshot.issues };
  const migration = await migrateLegacyConfig(parsed, paths);
  const changes = migration.accepted ? [...migration.changes] : migration.changes.slice(0, -1);
  const kept = structuredClone(migration.changes.length > 0 ? migration.plain : parsed);
  if (options.rewriteValues === true) for (const rewrite of DOCTOR_REWRITES) rewrite(kept, changes);
  const draft = structuredClone(kept);
  const unknownKeys = await dropUnknownKeys(draft, paths);
  const wanted = options.dropUnknown ? draft : kept;
  const { issues } = await validateConfig(wanted, paths);
  return { changes, unknownKeys, edits: diffConfig(parsed, wanted, 'items'), remaining: issues };
}

/** Removes from the draft what the schema does not know; returns the paths. */
async function dropUnknownKeys(draft: JsonObject, paths: StatePaths): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { issues, legacyIssues } = await validateConfig(draft, paths);
    const found = legacyIssues.length > 0 ? [] : issues.flatMap((issue) => unknownIn(draft, issue));
    for (const { owner, key, path } of found) {
      delete owner[key];
      dropped.push(path);
    }
    if (found.length === 0) break;
  }
  return dropped;
}

function unknownIn(
  draft: JsonObject,
  { path, message }: ConfigIssue,
): readonly { readonly owner: JsonObject; readonly key: string; readonly path: string }[] {
  const names = UNKNOWN_KEYS.exec(message)?.[1];
  if (names === undefined) return [];
  const owner = memberAt(draft, path === '' ? [] : path.split('.'));
  if (owner === undefined) return [];
  return [...names.matchAll(/"([^"]*)"/g)].map(([, key = '']) => ({
    owner,
    key,
    path: path === '' ? key : `${path}.${key}`,
  }));
}

function memberAt(value: unknown, path: readonly string[]): JsonObject | undefined {
  let at: unknown = value;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else at = isJsonObject(at) ? at[key] : undefined;
  }
  return isJsonObject(at) ? at : undefined;
}
