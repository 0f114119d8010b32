/**
 * The sentences of structural issues, letter by letter those of Zod 4, which programs and people compare
 * (reference config/config.md §8).
 */
export const issueText = {
  type: (expected: string, value: unknown): string =>
    `Invalid input: expected ${expected}, received ${receivedType(value)}`,
  literal: (expected: unknown): string => `Invalid input: expected ${JSON.stringify(expected)}`,
  options: (options: readonly unknown[]): string =>
    options.length === 1
      ? `Invalid input: expected ${JSON.stringify(options[0])}`
      : `Invalid option: expected one of ${options.map((option) => JSON.stringify(option)).join('|')}`,
  union: 'Invalid input',
  key: 'Invalid key in record',
  unrecognized: (keys: readonly string[]): string =>
    `Unrecognized key${keys.length > 1 ? 's' : ''}: ${keys.map((key) => JSON.stringify(key)).join(', ')}`,
  small: (origin: string, bound: string): string =>
    `Too small: expected ${origin} to ${origin === 'string' ? 'have' : 'be'} ${bound}`,
  big: (origin: string, bound: string): string =>
    `Too big: expected ${origin} to ${origin === 'string' ? 'have' : 'be'} ${bound}`,
  pattern: (pattern: string): string => `Invalid string: must match pattern /${pattern}/`,
  url: 'Invalid URL',
} as const;

function receivedType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number' && Number.isNaN(value)) return 'NaN';
  return typeof value;
}
