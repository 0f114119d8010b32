/** Where a pattern matched first. */
export interface PatternMatch {
  readonly pattern: string;
  readonly start: number;
  readonly end: number;
}

/** Several regular expressions over one text, in time that is linear in the text whatever the patterns are. */
export interface PatternSet {
  /** The patterns that match, in their order, each with its first match. */
  matches(text: string): readonly PatternMatch[];
}

/** Compiles patterns in RE2 syntax, without regard to case. Throws for one that RE2 does not know. */
export async function createPatternSet(patterns: readonly string[]): Promise<PatternSet> {
  if (patterns.length === 0) return { matches: () => [] };
  const { RE2JS } = await import('re2js');
  const compiled = patterns.map((pattern) => ({ pattern, matcher: RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE) }));
  // One pass over the text decides the usual case: nothing matches.
  const any = RE2JS.compile(patterns.map((pattern) => `(?:${pattern})`).join('|'), RE2JS.CASE_INSENSITIVE);
  return {
    matches(text) {
      if (!any.test(text)) return [];
      return compiled.flatMap(({ pattern, matcher }) => {
        const match = matcher.matcher(text);
        return match.find() ? [{ pattern, start: match.start(), end: match.end() }] : [];
      });
    },
  };
}
