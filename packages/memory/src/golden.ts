/** Runs the contract's behaviour tables for the memory index (reference agent/golden, memory-index). */
import { type Fields, isRecord, list, num, str } from './fields.ts';
import { ftsQuery, rankScore } from './query/fts-query.ts';
import { type KeywordHit, mergeHybrid, type VectorHit } from './query/merge-hybrid.ts';
import { cosine } from './query/similarity.ts';
import { chunkText } from './text/chunk-text.ts';
import { isMemoryPath } from './text/memory-path.ts';

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});

function place(fields: Fields) {
  return {
    id: str(fields.id) ?? '',
    path: str(fields.path) ?? '',
    startLine: num(fields.startLine) ?? 0,
    endLine: num(fields.endLine) ?? 0,
    snippet: str(fields.snippet) ?? '',
    source: str(fields.source) ?? '',
  };
}
const vectorHit = (value: unknown): VectorHit => {
  const fields = fieldsOf(value);
  return { ...place(fields), vectorScore: num(fields.vectorScore) ?? 0 };
};
const keywordHit = (value: unknown): KeywordHit => {
  const fields = fieldsOf(value);
  return { ...place(fields), textScore: num(fields.textScore) ?? 0 };
};
const numbers = (value: unknown): readonly number[] => list(value).flatMap((entry) => num(entry) ?? []);

function answer(given: Fields): unknown {
  const { tokens, overlap } = fieldsOf(given.chunking);
  if (given.fn === 'chunk') {
    return chunkText(str(given.content) ?? '', { tokens: num(tokens) ?? 0, overlap: num(overlap) ?? 0 });
  }
  if (given.fn === 'isMemoryPath') return isMemoryPath(str(given.path) ?? '');
  if (given.fn === 'ftsQuery') return ftsQuery(str(given.query) ?? '');
  if (given.fn === 'bm25Score') return rankScore(Number(given.rank));
  if (given.fn === 'cosine') return cosine(numbers(given.a), numbers(given.b));
  if (given.fn !== 'hybrid') throw new Error(`no such function: ${String(given.fn)}`);
  const weights = { vector: num(given.vectorWeight) ?? 0, text: num(given.textWeight) ?? 0 };
  return mergeHybrid(list(given.vector).map(vectorHit), list(given.keyword).map(keywordHit), weights);
}

export const goldenRunners: Readonly<Record<string, (input: unknown) => unknown>> = {
  'memory-index': (input) => answer(fieldsOf(input)),
};
