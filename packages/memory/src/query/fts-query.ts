const WORD = /[\p{L}\p{N}_]+/gu;
/** What a rank that is no number counts as; such a row is found last. */
const UNKNOWN_RANK = 999;

/** The words of a text, letters, digits and underscores. */
export function wordsOf(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}

/** Words as FTS5 phrases joined by an operator; null without a word. */
export function ftsPhrases(words: readonly string[], operator: 'AND' | 'OR'): string | null {
  // A word holds no quotation mark, so nothing in a query can become an operator.
  return words.length === 0 ? null : words.map((word) => `"${word}"`).join(` ${operator} `);
}

/** The FTS5 query that finds every word of a text; null when it has none (reference agent/automation.md §5.3). */
export function ftsQuery(text: string): string | null {
  return ftsPhrases(wordsOf(text), 'AND');
}

/** A score from 0 to 1 for FTS5's rank, where smaller is better. */
export function rankScore(rank: number): number {
  return 1 / (1 + Math.max(0, Number.isFinite(rank) ? rank : UNKNOWN_RANK));
}
