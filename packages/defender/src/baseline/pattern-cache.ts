import { createPatternSet, type PatternSet } from './pattern-set.ts';

/** Compiled sets by the settings' own list, which is a new one when the settings change. */
export interface PatternCache {
  of(patterns: readonly string[]): Promise<PatternSet>;
}

export function createPatternCache(): PatternCache {
  const sets = new WeakMap<readonly string[], Promise<PatternSet>>();
  return {
    of(patterns) {
      const known = sets.get(patterns);
      if (known !== undefined) return known;
      const made = createPatternSet(patterns);
      sets.set(patterns, made);
      return made;
    },
  };
}
