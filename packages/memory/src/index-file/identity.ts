import type { DatabaseSync } from 'node:sqlite';
import { isRecord } from '../fields.ts';
import type { Chunking } from '../text/chunk-text.ts';

/** What an index was made with; another identity means that it has to be made anew. */
export interface IndexIdentity {
  /** `none` without embeddings. */
  readonly provider: string;
  /** `fts-only` without embeddings. */
  readonly model: string;
  /** Hash of where the vectors come from. */
  readonly providerKey: string;
  readonly chunking: Chunking;
}

const META_KEY = 'memory_index_meta_v1';
/**
 * Ours, for a file where the original keeps vectors in a virtual table that needs its extension. We cannot keep that
 * table true, so its own mark is taken away and it fills the table again from its cache when it runs next.
 */
const OWN_META_KEY = 'chela_index_meta_v1';

function metaOf({ provider, model, providerKey, chunking }: IndexIdentity): string {
  return JSON.stringify({
    model,
    provider,
    providerKey,
    chunkTokens: chunking.tokens,
    chunkOverlap: chunking.overlap,
  });
}

function hasVectorTable(database: DatabaseSync): boolean {
  return database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'chunks_vec'`).get() !== undefined;
}

/** Whether the file was made with this identity, by us or by the original. */
export function hasIdentity(database: DatabaseSync, identity: IndexIdentity): boolean {
  const rows = database.prepare('SELECT value FROM meta WHERE key IN (?, ?)').all(META_KEY, OWN_META_KEY);
  return rows.some(({ value }) => {
    const meta: unknown = typeof value === 'string' ? JSON.parse(value) : undefined;
    return (
      isRecord(meta) &&
      meta.provider === identity.provider &&
      meta.model === identity.model &&
      meta.providerKey === identity.providerKey &&
      meta.chunkTokens === identity.chunking.tokens &&
      meta.chunkOverlap === identity.chunking.overlap
    );
  });
}

/** Writes the identity; to be called with every change of chunks. */
export function markIdentity(database: DatabaseSync, identity: IndexIdentity): void {
  const isForeign = hasVectorTable(database);
  if (isForeign) database.prepare('DELETE FROM meta WHERE key = ?').run(META_KEY);
  database
    .prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)')
    .run(isForeign ? OWN_META_KEY : META_KEY, metaOf(identity));
}
