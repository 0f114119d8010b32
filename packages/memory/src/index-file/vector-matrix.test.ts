import { expect, it } from 'vitest';
import { unitVector } from '../query/similarity.ts';
import { signsOf } from './signs.ts';
import { nearest } from './vector-matrix.ts';

const DIMS = 256;
const ROWS = 5_000;

/** The same numbers every time. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296 - 0.5;
  };
}

it('in a large index finds nearly everything that comparing every vector finds, in the same order', () => {
  const random = createRandom();
  const values = new Float32Array(ROWS * DIMS);
  // Texts of a memory share topics, so their vectors stand in bundles.
  const topics = Array.from({ length: 40 }, () => Array.from({ length: DIMS }, random));
  for (let row = 0; row < ROWS; row += 1) {
    const topic = topics[row % topics.length] ?? [];
    values.set(unitVector(topic.map((value) => value + random())), row * DIMS);
  }
  const ids = Array.from({ length: ROWS }, (_, row) => String(row));
  const matrix = { ids, dims: DIMS, values, signs: signsOf(values, DIMS, ROWS) };
  let found = 0;
  const questions = 20;
  for (let i = 0; i < questions; i += 1) {
    const question = unitVector((topics[i] ?? []).map((value) => value + random()));
    const exact = ids
      .map((id, row) => ({
        id,
        score: question.reduce((sum, value, k) => sum + value * (values[row * DIMS + k] ?? 0), 0),
      }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 24);
    const near = nearest(matrix, question, 24);
    expect(near[0]?.id).toBe(exact[0]?.id);
    expect(near.map(({ score }) => score)).toEqual(near.map(({ score }) => score).toSorted((a, b) => b - a));
    found += exact.filter(({ id }) => near.some((other) => other.id === id)).length;
  }
  expect(found / (questions * 24)).toBeGreaterThan(0.97);
});

it('a question whose vector has another length finds nothing', () => {
  const values = Float32Array.from([1, 0]);
  expect(nearest({ ids: ['a'], dims: 2, values, signs: signsOf(values, 2, 1) }, Float32Array.from([1]), 3)).toEqual([]);
});
