export interface RankedRow {
  readonly row: number;
  readonly score: number;
}

/** The best of many rows. */
export interface Ranking {
  offer(row: number, score: number): void;
  /** Best first. */
  rows(): readonly RankedRow[];
}

/** Keeps the `count` best rows offered; sorting all of them would take as long as scoring them. */
export function createRanking(count: number): Ranking {
  let kept: RankedRow[] = [];
  let least = Number.NEGATIVE_INFINITY;
  const cut = (): void => {
    kept = kept.sort((a, b) => b.score - a.score).slice(0, count);
    least = kept.length < count ? Number.NEGATIVE_INFINITY : (kept.at(-1)?.score ?? least);
  };
  return {
    offer(row, score) {
      if (score <= least) return;
      kept.push({ row, score });
      // Room for as many again, so that there is something to sort.
      if (kept.length >= 2 * count) cut();
    },
    rows() {
      cut();
      return kept;
    },
  };
}
