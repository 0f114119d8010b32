import type { SessionHints } from './action-request.ts';

/** Mildest first. */
export const VERDICTS = ['allow', 'review', 'block'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What the defender says about one action (reference defender/defender.md §A). */
export interface Decision {
  readonly action: Verdict;
  /** 0..100 */
  readonly risk_score: number;
  readonly reasons: readonly string[];
  /** Each once, in the order they were found. */
  readonly tags: readonly string[];
  readonly source: string;
  readonly requestId: string;
  readonly hints?: SessionHints;
}

/** The stricter of two verdicts. */
export function strictest(a: Verdict, b: Verdict): Verdict {
  return VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b;
}
