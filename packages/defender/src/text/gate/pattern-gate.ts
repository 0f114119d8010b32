import { type Conditions, requiredStems } from './required-stems.ts';
import { createStemFinder } from './stem-finder.ts';

/** Tells in one pass over a text which of many patterns can match in it; the others need not be tried. */
export interface PatternGate {
  /** For each pattern, in the order they were given, whether it can match: 1 or 0. Overwritten by the next call. */
  of(text: string): Uint8Array;
}

/** `sources` are regular expressions that are matched without regard to case. */
export function createPatternGate(sources: readonly string[]): PatternGate {
  const conditions: readonly Conditions[] = sources.map(requiredStems);
  const stems = [...new Set(conditions.flat(2))];
  const indexOf = new Map(stems.map((stem, index) => [stem, index]));
  const needed = conditions.map((pattern) => pattern.map((any) => any.map((stem) => indexOf.get(stem) ?? 0)));
  const finder = createStemFinder(stems);
  const open = new Uint8Array(sources.length);
  return {
    of(text) {
      const found = finder.find(text);
      for (const [index, pattern] of needed.entries()) {
        open[index] = pattern.every((any) => any.some((stem) => found[stem] === 1)) ? 1 : 0;
      }
      return open;
    },
  };
}
