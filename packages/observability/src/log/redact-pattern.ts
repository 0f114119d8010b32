const SLASHED = /^\/(.+)\/([a-z]*)$/s;

/**
 * Reads `logging.redactPatterns`: a bare pattern (matched everywhere, ignoring case) or `/pattern/flags`.
 * A pattern that does not compile is left out and named in `rejected`, so that one typo does not stop logging.
 */
export function compileRedactPatterns(sources: readonly string[]): {
  readonly patterns: readonly RegExp[];
  readonly rejected: readonly string[];
} {
  const patterns: RegExp[] = [];
  const rejected: string[] = [];
  for (const source of sources) {
    const slashed = SLASHED.exec(source);
    const body = slashed?.[1] ?? source;
    const flags = new Set(`${slashed?.[2] ?? 'i'}g`.replace('y', ''));
    try {
      patterns.push(new RegExp(body, [...flags].join('')));
    } catch {
      rejected.push(source);
    }
  }
  return { patterns, rejected };
}
