import { timingSafeEqual } from 'node:crypto';

/** Constant time for texts of the same length; different lengths fail at once. */
export function isSameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given, 'utf8');
  const b = Buffer.from(expected, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
}
