import { ftsPhrases, ftsQuery, rankScore } from '../query/fts-query.ts';
import { keywordsOf } from '../query/keywords.ts';
import type { KeywordHit, VectorHit } from '../query/merge-hybrid.ts';
import type { OpenIndex } from './open-index.ts';
import { nearest } from './vector-matrix.ts';

const SNIPPET_MAX_CHARS = 700;

type Row = Readonly<Record<string, unknown>>;

function placeOf(row: Row) {
  return {
    id: String(row.id),
    path: String(row.path),
    source: String(row.source),
    startLine: Number(row.start_line),
    endLine: Number(row.end_line),
    snippet: String(row.text).slice(0, SNIPPET_MAX_CHARS),
  };
}

function ranked({ database }: OpenIndex, match: string | null, limit: number): readonly KeywordHit[] {
  if (match === null) return [];
  const rows = database
    .prepare(
      `SELECT id, path, source, start_line, end_line, text, bm25(chunks_fts) AS score FROM chunks_fts
       WHERE chunks_fts MATCH ? ORDER BY score LIMIT ?`,
    )
    .all(match, limit);
  return rows.map((row) => ({ ...placeOf(row), textScore: rankScore(Number(row.score)) }));
}

/** Chunks that hold a piece of text somewhere; for scripts that put nothing between words. */
function holding({ database }: OpenIndex, pieces: readonly string[], limit: number): readonly KeywordHit[] {
  if (pieces.length === 0) return [];
  const tests = pieces.map(() => '(instr(text, ?) > 0)').join(' + ');
  const rows = database
    .prepare(
      `SELECT id, path, source, start_line, end_line, text, ${tests} AS held FROM chunks
       WHERE held > 0 ORDER BY held DESC, updated_at DESC LIMIT ?`,
    )
    .all(...pieces, limit);
  return rows.map((row) => ({ ...placeOf(row), textScore: Number(row.held) / pieces.length }));
}

function firstOfEach(hits: readonly KeywordHit[], limit: number): readonly KeywordHit[] {
  const unique = new Map<string, KeywordHit>();
  for (const hit of hits) if (!unique.has(hit.id)) unique.set(hit.id, hit);
  return [...unique.values()].slice(0, limit);
}

/**
 * Chunks by their words, best first: those with every word of the question. `expanded` adds chunks with some of its
 * telling words, for when there are no vectors to find what the question means (reference agent/automation.md §5.3).
 */
export function findByWords(
  index: OpenIndex,
  question: string,
  limit: number,
  expanded: boolean,
): readonly KeywordHit[] {
  const exact = ranked(index, ftsQuery(question), limit);
  if (!expanded) return exact;
  const { words, pieces } = keywordsOf(question);
  const some = ranked(index, ftsPhrases(words, 'OR'), limit);
  return firstOfEach([...exact, ...holding(index, pieces, limit), ...some], limit);
}

/** Chunks by their meaning, best first. */
export function findByVector(index: OpenIndex, question: Float32Array, limit: number): readonly VectorHit[] {
  const read = index.database.prepare('SELECT id, path, source, start_line, end_line, text FROM chunks WHERE id = ?');
  return nearest(index.matrix(), question, limit).flatMap(({ id, score }) => {
    const row = read.get(id);
    return row === undefined ? [] : [{ ...placeOf(row), vectorScore: score }];
  });
}
