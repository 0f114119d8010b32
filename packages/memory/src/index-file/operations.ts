import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { findMemoryFiles, type MemoryFile, type MemoryPlaces } from '../files/find-memory-files.ts';
import { diversify } from '../query/diversify.ts';
import { type Found, mergeHybrid } from '../query/merge-hybrid.ts';
import { decay } from '../query/temporal-decay.ts';
import type { MemorySettings, MemorySource } from '../settings.ts';
import { digest } from '../text/digest.ts';
import { hasIdentity, type IndexIdentity, markIdentity } from './identity.ts';
import { createIndexFiles, type IndexFiles } from './open-index.ts';
import { findByVector, findByWords } from './search-index.ts';
import {
  type EmbeddedText,
  hashedChunks,
  keepVectors,
  knownFiles,
  pruneCache,
  removeFiles,
  withoutVector,
  writeFile,
} from './write-index.ts';

const CANDIDATES_MAX = 200;
/** A file that was changed this recently may change again within the same tick of its clock. */
const SETTLED_MS = 2_000;

export interface IndexFacts {
  /** All sources together. */
  readonly files: number;
  readonly chunks: number;
  readonly cacheEntries: number;
  readonly sources: Readonly<Record<MemorySource, { readonly files: number; readonly chunks: number }>>;
}

/** What is indexed under one path: a file of the disk, or a text that has none. */
export interface IndexItem extends MemoryFile {
  readonly source: MemorySource;
  readonly text?: string;
}

/** What the thread of the index does; each operation names the index file it works on. */
export interface IndexOperations {
  /** Where a pass has to write: the index itself, or a new file beside it when the index was made otherwise. */
  begin: {
    readonly input: { readonly indexPath: string; readonly identity: IndexIdentity; readonly force: boolean };
    readonly output: string;
  };
  /** Takes out what is gone, and tells which files are new or changed. */
  stale: {
    readonly input: { readonly target: string; readonly places: MemoryPlaces; readonly nowMs: number };
    readonly output: { readonly total: number; readonly changed: readonly MemoryFile[] };
  };
  /** Takes out what is not named, and tells what the index knows of the rest, by path. */
  kept: {
    readonly input: { readonly target: string; readonly source: MemorySource; readonly paths: readonly string[] };
    readonly output: ReadonlyMap<string, { readonly hash: string; readonly size: number }>;
  };
  /** The texts of a file that have no vector yet. */
  missing: {
    readonly input: { readonly target: string; readonly identity: IndexIdentity; readonly file: IndexItem };
    readonly output: readonly { readonly hash: string; readonly text: string }[];
  };
  keep: {
    readonly input: {
      readonly target: string;
      readonly identity: IndexIdentity;
      readonly embedded: readonly EmbeddedText[];
      readonly nowMs: number;
    };
    readonly output: undefined;
  };
  /** Indexes a file with the vectors there are. */
  write: {
    readonly input: {
      readonly target: string;
      readonly identity: IndexIdentity;
      readonly file: IndexItem;
      readonly nowMs: number;
    };
    readonly output: undefined;
  };
  /** Makes the target the index, or throws a new file away that was not finished. */
  finish: {
    readonly input: {
      readonly target: string;
      readonly indexPath: string;
      readonly identity: IndexIdentity;
      readonly cacheMaxEntries: number;
      readonly keep: boolean;
    };
    readonly output: undefined;
  };
  search: { readonly input: SearchInput; readonly output: readonly Found[] };
  facts: { readonly input: { readonly indexPath: string }; readonly output: IndexFacts };
}

export interface SearchInput {
  readonly indexPath: string;
  readonly question: string;
  readonly maxResults: number;
  readonly minScore: number;
  readonly nowMs: number;
  readonly query: MemorySettings['query'];
  /** Absent: by words only. */
  readonly vector?: readonly number[];
}

type Operation = keyof IndexOperations;
export type IndexWork = {
  readonly [K in Operation]: (input: IndexOperations[K]['input']) => Promise<IndexOperations[K]['output']>;
};

const SOURCES: readonly MemorySource[] = ['memory', 'sessions'];

/** Undefined when the file is gone. */
function textOf({ text, absolutePath }: IndexItem): Promise<string | undefined> {
  return text === undefined ? readFile(absolutePath, 'utf8').catch(() => undefined) : Promise.resolve(text);
}

async function hasChanged(
  file: MemoryFile,
  known: { readonly hash: string; readonly mtimeMs: number; readonly size: number } | undefined,
  nowMs: number,
): Promise<boolean> {
  if (known === undefined || known.hash === '') return true;
  const isSame = known.size === file.size && known.mtimeMs === file.mtimeMs;
  if (isSame && nowMs - file.mtimeMs > SETTLED_MS) return false;
  return digest(await readFile(file.absolutePath, 'utf8').catch(() => '')) !== known.hash;
}

function search(files: IndexFiles): IndexWork['search'] {
  return async ({ indexPath, question, maxResults, minScore, nowMs, query, vector }) => {
    const index = await files.existing(indexPath);
    if (index === undefined) return [];
    const limit = Math.min(CANDIDATES_MAX, Math.max(1, maxResults * query.candidateMultiplier));
    const near = vector === undefined ? [] : findByVector(index, Float32Array.from(vector), limit);
    const isByWords = vector === undefined || query.hybrid;
    const words = isByWords ? findByWords(index, question, limit, vector === undefined) : [];
    const both = query.hybrid ? query.weights : { vector: 1, text: 0 };
    const weights = vector === undefined ? { vector: 0, text: 1 } : both;
    const merged = mergeHybrid(near, words, weights);
    const known =
      query.halfLifeDays === undefined
        ? undefined
        : new Map(SOURCES.flatMap((source) => [...knownFiles(index, source)]));
    const aged =
      query.halfLifeDays === undefined
        ? merged
        : decay(merged, {
            halfLifeDays: query.halfLifeDays,
            nowMs,
            mtimeOf: (path) => known?.get(path)?.mtimeMs,
          });
    const good = aged.filter(({ score }) => score >= minScore);
    return (query.mmrLambda === undefined ? good : diversify(good, query.mmrLambda)).slice(0, maxResults);
  };
}

/** The work on index files. It blocks while it reads and writes them, so it belongs into a thread of its own. */
export function createIndexWork(): IndexWork {
  const files = createIndexFiles();
  return {
    async begin({ indexPath, identity, force }) {
      const existing = await files.existing(indexPath);
      if (existing === undefined) return indexPath;
      if (!force && hasIdentity(existing.database, identity)) return indexPath;
      const isEmpty = existing.database.prepare('SELECT 1 FROM chunks LIMIT 1').get() === undefined;
      if (isEmpty) return indexPath;
      const target = `${indexPath}.tmp-${randomUUID()}`;
      const { database } = await files.open(target);
      // What was paid for stays.
      database.prepare('ATTACH DATABASE ? AS old').run(indexPath);
      database.exec('INSERT OR IGNORE INTO embedding_cache SELECT * FROM old.embedding_cache');
      database.exec('DETACH DATABASE old');
      return target;
    },
    async stale({ target, places, nowMs }) {
      const index = await files.open(target);
      const found = await findMemoryFiles(places);
      const known = knownFiles(index, 'memory');
      const present = new Set(found.map(({ path }) => path));
      removeFiles(
        index,
        'memory',
        [...known.keys()].filter((path) => !present.has(path)),
      );
      const changed: MemoryFile[] = [];
      for (const file of found) if (await hasChanged(file, known.get(file.path), nowMs)) changed.push(file);
      return { total: found.length, changed };
    },
    async kept({ target, source, paths }) {
      const index = await files.open(target);
      const wanted = new Set(paths);
      const known = knownFiles(index, source);
      removeFiles(
        index,
        source,
        [...known.keys()].filter((path) => !wanted.has(path)),
      );
      return new Map([...known].filter(([path]) => wanted.has(path)));
    },
    async missing({ target, identity, file }) {
      const text = (await textOf(file)) ?? '';
      const chunks = withoutVector(await files.open(target), identity, hashedChunks(text, identity));
      return chunks.map(({ hash, text: words }) => ({ hash, text: words }));
    },
    async keep({ target, identity, embedded, nowMs }) {
      keepVectors(await files.open(target), identity, embedded, nowMs);
      return undefined;
    },
    async write({ target, identity, file, nowMs }) {
      const index = await files.open(target);
      const text = await textOf(file);
      // Gone since it was found; the next pass takes it out.
      if (text !== undefined) writeFile(index, identity, { ...file, text }, nowMs);
      return undefined;
    },
    async finish({ target, indexPath, identity, cacheMaxEntries, keep }) {
      if (keep) {
        const index = await files.open(target);
        markIdentity(index.database, identity);
        pruneCache(index, cacheMaxEntries);
      }
      if (target === indexPath) return undefined;
      files.close(target);
      files.close(indexPath);
      await (keep ? rename(target, indexPath) : rm(target, { force: true }));
      return undefined;
    },
    search: search(files),
    async facts({ indexPath }) {
      const index = await files.existing(indexPath);
      const count = (table: string, where = ''): number =>
        Number(index?.database.prepare(`SELECT count(*) AS n FROM ${table}${where}`).get()?.n ?? 0);
      const of = (source: MemorySource) => ({
        files: count('files', ` WHERE source = '${source}'`),
        chunks: count('chunks', ` WHERE source = '${source}'`),
      });
      return {
        files: count('files'),
        chunks: count('chunks'),
        cacheEntries: count('embedding_cache'),
        sources: { memory: of('memory'), sessions: of('sessions') },
      };
    },
  };
}
