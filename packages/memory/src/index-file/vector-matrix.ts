import type { DatabaseSync } from 'node:sqlite';
import { isRecord, list } from '../fields.ts';
import { unitVector } from '../query/similarity.ts';
import { createRanking } from './ranking.ts';
import { type Signs, signsOf, wordsPerVector } from './signs.ts';

/** All vectors of an index in one block of memory, each of length 1. */
export interface VectorMatrix {
  readonly ids: readonly string[];
  readonly dims: number;
  readonly values: Float32Array;
  readonly signs: Signs;
}

/** An index with more vectors than fit keeps its newest in memory; older ones are found by their words. */
const MATRIX_MAX_BYTES = 256 * 1024 * 1024;
/** Up to here every vector is compared; above, only those whose signs are alike. */
const EXACT_MAX_ROWS = 2_000;
/** How many vectors are compared after their signs were. */
const ALIKE_MIN_ROWS = 500;
const ALIKE_PER_RESULT = 20;

function parsed(embedding: unknown): readonly number[] {
  if (typeof embedding !== 'string') return [];
  return list(JSON.parse(embedding)).filter((value) => typeof value === 'number');
}

/** The bytes of a vector, as our own table keeps them. */
export function vectorBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** Makes our own table agree with the chunks, which the original may have changed. */
function followChunks(database: DatabaseSync): void {
  database.exec('DELETE FROM chela_vectors WHERE id NOT IN (SELECT id FROM chunks)');
  const missing = database.prepare(
    `SELECT id, embedding FROM chunks WHERE embedding <> '[]' AND id NOT IN (SELECT id FROM chela_vectors)`,
  );
  const keep = database.prepare('INSERT OR REPLACE INTO chela_vectors (id, vector) VALUES (?, ?)');
  for (const row of missing.all()) {
    if (typeof row.id === 'string') keep.run(row.id, vectorBytes(unitVector(parsed(row.embedding))));
  }
}

/** Reads the vectors of an index. Those that only the original wrote are kept as bytes on the way, for the next time. */
export function loadMatrix(database: DatabaseSync): VectorMatrix {
  followChunks(database);
  const shape = database.prepare('SELECT count(*) AS rows, max(length(vector)) AS bytes FROM chela_vectors').get();
  const bytes = Number(shape?.bytes ?? 0);
  const dims = bytes / Float32Array.BYTES_PER_ELEMENT;
  const rowsMax = bytes === 0 ? 0 : Math.min(Number(shape?.rows ?? 0), Math.floor(MATRIX_MAX_BYTES / bytes));
  const values = new Float32Array(rowsMax * dims);
  const target = vectorBytes(values);
  const ids: string[] = [];
  const rows = database
    .prepare('SELECT id, vector FROM chela_vectors WHERE length(vector) = ? ORDER BY rowid DESC LIMIT ?')
    .iterate(bytes, rowsMax);
  for (const row of rows) {
    if (!isRecord(row) || typeof row.id !== 'string' || !(row.vector instanceof Uint8Array)) continue;
    target.set(row.vector, ids.length * bytes);
    ids.push(row.id);
  }
  return { ids, dims, values, signs: signsOf(values, dims, ids.length) };
}

function product(values: Float32Array, at: number, question: Float32Array): number {
  // Four sums at a time: the processor need not wait for one addition before the next. Twice as fast as one sum.
  const { length } = question;
  const whole = length - (length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < whole; i += 4) {
    a += (values[at + i] ?? 0) * (question[i] ?? 0);
    b += (values[at + i + 1] ?? 0) * (question[i + 1] ?? 0);
    c += (values[at + i + 2] ?? 0) * (question[i + 2] ?? 0);
    d += (values[at + i + 3] ?? 0) * (question[i + 3] ?? 0);
  }
  for (let i = whole; i < length; i += 1) a += (values[at + i] ?? 0) * (question[i] ?? 0);
  return a + b + c + d;
}

/** The rows worth comparing: all of a small index, else those with the most signs in common with the question. */
function candidates({ ids, dims, signs }: VectorMatrix, question: Float32Array, count: number): Iterable<number> {
  if (ids.length <= EXACT_MAX_ROWS) return ids.keys();
  const best = createRanking(Math.max(ALIKE_MIN_ROWS, count * ALIKE_PER_RESULT));
  const wanted = signsOf(question, dims, 1);
  const words = wordsPerVector(dims);
  for (let row = 0; row < ids.length; row += 1) best.offer(row, -signs.differences(row * words, wanted));
  return best.rows().map(({ row }) => row);
}

/** The `count` chunks nearest to a question's vector, with the cosine as score. */
export function nearest(
  matrix: VectorMatrix,
  question: Float32Array,
  count: number,
): readonly { readonly id: string; readonly score: number }[] {
  const { ids, dims, values } = matrix;
  if (question.length !== dims) return [];
  const best = createRanking(count);
  for (const row of candidates(matrix, question, count)) best.offer(row, product(values, row * dims, question));
  return best.rows().flatMap(({ row, score }) => {
    const id = ids[row];
    return id === undefined ? [] : [{ id, score }];
  });
}
