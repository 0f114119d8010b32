import { wordsOf } from './fts-query.ts';
import type { Found } from './merge-hybrid.ts';

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / (a.size + b.size - shared);
}

/**
 * The same results with near-repetitions moved back: maximal marginal relevance, where likeness is the share of common
 * words. `lambda` 1 keeps the order, 0 only looks for difference (reference agent/automation.md §5.3).
 */
export function diversify(results: readonly Found[], lambda: number): readonly Found[] {
  const best = Math.max(0, ...results.map(({ score }) => score));
  const left = results.map((found) => ({ found, words: new Set(wordsOf(found.snippet.toLowerCase())), likeness: 0 }));
  const picked: Found[] = [];
  while (left.length > 0) {
    const value = ({ found, likeness }: (typeof left)[number]): number =>
      lambda * (best === 0 ? 0 : found.score / best) - (1 - lambda) * likeness;
    const next = left.reduce((top, candidate) => (value(candidate) > value(top) ? candidate : top));
    left.splice(left.indexOf(next), 1);
    picked.push(next.found);
    for (const other of left) other.likeness = Math.max(other.likeness, overlap(other.words, next.words));
  }
  return picked;
}
