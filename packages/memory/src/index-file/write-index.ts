import { isRecord, list } from '../fields.ts';
import { unitVector } from '../query/similarity.ts';
import { chunkText, type TextChunk } from '../text/chunk-text.ts';
import { digest } from '../text/digest.ts';
import { type IndexIdentity, markIdentity } from './identity.ts';
import type { OpenIndex } from './open-index.ts';
import { vectorBytes } from './vector-matrix.ts';

/** A file as it is to be indexed. */
export interface IndexedFile {
  /** As results name it. */
  readonly path: string;
  readonly source: string;
  readonly text: string;
  readonly mtimeMs: number;
  readonly size: number;
}

export interface HashedChunk extends TextChunk {
  readonly hash: string;
}

/** The chunks of a text that hold something. */
export function hashedChunks(text: string, { chunking }: IndexIdentity): readonly HashedChunk[] {
  return chunkText(text, chunking)
    .filter((chunk) => chunk.text.trim() !== '')
    .map((chunk) => ({ ...chunk, hash: digest(chunk.text) }));
}

/** The vector a text was given before, as JSON; undefined when it has none. */
function cachedVector({ database }: OpenIndex, identity: IndexIdentity, hash: string): string | undefined {
  const row = database
    .prepare('SELECT embedding FROM embedding_cache WHERE provider = ? AND model = ? AND provider_key = ? AND hash = ?')
    .get(identity.provider, identity.model, identity.providerKey, hash);
  return typeof row?.embedding === 'string' ? row.embedding : undefined;
}

/** The chunks whose text has no vector yet, each text once. */
export function withoutVector(
  index: OpenIndex,
  identity: IndexIdentity,
  chunks: readonly HashedChunk[],
): readonly HashedChunk[] {
  const unique = new Map(chunks.map((chunk) => [chunk.hash, chunk]));
  return [...unique.values()].filter(({ hash }) => cachedVector(index, identity, hash) === undefined);
}

export interface EmbeddedText {
  readonly hash: string;
  readonly vector: readonly number[];
}

/** Remembers vectors by the hash of their text, so that no text is paid for twice. */
export function keepVectors(
  index: OpenIndex,
  identity: IndexIdentity,
  embedded: readonly EmbeddedText[],
  nowMs: number,
): void {
  const { provider, model, providerKey } = identity;
  const insert = index.database.prepare(
    `INSERT OR REPLACE INTO embedding_cache (provider, model, provider_key, hash, embedding, dims, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  index.atomically(() => {
    for (const { hash, vector } of embedded) {
      insert.run(provider, model, providerKey, hash, JSON.stringify(vector), vector.length, nowMs);
    }
  });
}

function forget({ database }: OpenIndex, path: string, source: string): void {
  database
    .prepare('DELETE FROM chela_vectors WHERE id IN (SELECT id FROM chunks WHERE path = ? AND source = ?)')
    .run(path, source);
  database.prepare('DELETE FROM chunks_fts WHERE path = ? AND source = ?').run(path, source);
  database.prepare('DELETE FROM chunks WHERE path = ? AND source = ?').run(path, source);
  database.prepare('DELETE FROM files WHERE path = ? AND source = ?').run(path, source);
}

/** Takes files that are gone out of the index. */
export function removeFiles(index: OpenIndex, source: string, paths: readonly string[]): void {
  if (paths.length === 0) return;
  index.atomically(() => {
    for (const path of paths) forget(index, path, source);
  });
}

/**
 * Puts a file's chunks in place of those it had. Chunks whose vector is missing are found by their words only, and the
 * file counts as unfinished: its hash is left out, so that the next pass takes it up again.
 */
export function writeFile(index: OpenIndex, identity: IndexIdentity, file: IndexedFile, nowMs: number): void {
  const { database } = index;
  const { path, source, text } = file;
  const needsVectors = identity.provider !== 'none';
  const chunks = hashedChunks(text, identity);
  const insert = database.prepare(
    `INSERT OR REPLACE INTO chunks (id, path, source, start_line, end_line, hash, model, text, embedding, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertWords = database.prepare(
    'INSERT INTO chunks_fts (text, id, path, source, model, start_line, end_line) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const insertVector = database.prepare('INSERT OR REPLACE INTO chela_vectors (id, vector) VALUES (?, ?)');
  index.atomically(() => {
    const isKnown = database.prepare('SELECT 1 FROM files WHERE path = ?').get(path) !== undefined;
    // The words of a path can only be found by reading all of them, so that is left out for a new file.
    if (isKnown) forget(index, path, source);
    let isComplete = true;
    for (const { startLine, endLine, hash, text: words } of chunks) {
      const id = digest(`${source}:${path}:${startLine}:${endLine}:${hash}:${identity.model}`);
      const vector = needsVectors ? cachedVector(index, identity, hash) : undefined;
      if (needsVectors && vector === undefined) isComplete = false;
      insert.run(id, path, source, startLine, endLine, hash, identity.model, words, vector ?? '[]', nowMs);
      insertWords.run(words, id, path, source, identity.model, startLine, endLine);
      if (vector !== undefined) insertVector.run(id, vectorBytes(unitVector(numbersOf(vector))));
    }
    database
      .prepare('INSERT OR REPLACE INTO files (path, source, hash, mtime, size) VALUES (?, ?, ?, ?, ?)')
      .run(path, source, isComplete ? digest(text) : '', file.mtimeMs, file.size);
    markIdentity(database, identity);
  });
}

function numbersOf(embedding: string): readonly number[] {
  return list(JSON.parse(embedding)).filter((value) => typeof value === 'number');
}

/** What the index knows of a source's files, by path. */
export function knownFiles(
  { database }: OpenIndex,
  source: string,
): ReadonlyMap<string, { readonly hash: string; readonly mtimeMs: number; readonly size: number }> {
  const rows = database.prepare('SELECT path, hash, mtime, size FROM files WHERE source = ?').all(source);
  return new Map(
    rows
      .filter(isRecord)
      .map((row) => [String(row.path), { hash: String(row.hash), mtimeMs: Number(row.mtime), size: Number(row.size) }]),
  );
}

/** Drops the vectors that were used longest ago when there are more than `maxEntries`. */
export function pruneCache(index: OpenIndex, maxEntries: number): void {
  index.atomically(() => {
    index.database
      .prepare(
        `DELETE FROM embedding_cache WHERE rowid IN (
           SELECT rowid FROM embedding_cache ORDER BY updated_at DESC LIMIT -1 OFFSET ?)`,
      )
      .run(maxEntries);
  });
}
