/** A problem found while checking. `fatal` stops the cross-field rules of every object around it. */
export interface RawIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fatal: boolean;
}

/** Dotted path of the contract: array indices as plain numbers, empty for the whole file. */
export function dottedPath(path: readonly (string | number)[]): string {
  return path.join('.');
}
