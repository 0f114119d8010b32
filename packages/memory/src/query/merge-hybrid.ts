/** A chunk that was found, as callers see it. */
export interface Found {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly score: number;
  readonly snippet: string;
  readonly source: string;
}

interface Place extends Omit<Found, 'score'> {
  readonly id: string;
}
export interface VectorHit extends Place {
  readonly vectorScore: number;
}
export interface KeywordHit extends Place {
  readonly textScore: number;
}

/**
 * Both ways of finding in one list, best first: the weighted sum of the scores, a missing side counting 0; what the
 * keywords found gives the snippet (reference agent/automation.md §5.3).
 */
export function mergeHybrid(
  vector: readonly VectorHit[],
  keyword: readonly KeywordHit[],
  weights: { readonly vector: number; readonly text: number },
): readonly Found[] {
  const merged = new Map<string, Place & { vectorScore: number; textScore: number }>();
  for (const hit of vector) merged.set(hit.id, { ...hit, textScore: 0 });
  for (const hit of keyword) {
    merged.set(hit.id, { ...(merged.get(hit.id) ?? { vectorScore: 0 }), ...hit });
  }
  return [...merged.values()]
    .map(({ path, startLine, endLine, snippet, source, vectorScore, textScore }) => ({
      path,
      startLine,
      endLine,
      score: weights.vector * vectorScore + weights.text * textScore,
      snippet,
      source,
    }))
    .toSorted((a, b) => b.score - a.score);
}
