/** One thing that is wrong with a value, in the terms of the contract's validator (reference protocol/protocol.md §1). */
export interface Problem {
  /** JSON pointer to the value; empty for the root. */
  readonly path: string;
  readonly message: string;
}

/**
 * The text clients show: `at /path: message`, the root's message alone, duplicates once, joined with `; `.
 * An unexpected key is worded with the root named: `at root: unexpected property 'x'`.
 */
export function problemText(problems: readonly Problem[]): string {
  const texts = problems.map(({ path, message }) => (path === '' ? message : `at ${path}: ${message}`));
  return [...new Set(texts)].join('; ');
}

export function unexpectedProperty(path: string, key: string): Problem {
  const message = `unexpected property '${key}'`;
  return path === '' ? { path: '', message: `at root: ${message}` } : { path, message };
}
