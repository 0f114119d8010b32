/** Readers for values of unknown shape, as YAML gives them. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A non-blank string, trimmed; numbers count as their digits. */
export function textField(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  return text.trim();
}

/** The non-blank strings of a list; one string counts as a list with commas. */
export function textsField(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  return list.flatMap((entry) => textField(entry) ?? []);
}

const YES: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1']);
const NO: ReadonlySet<string> = new Set(['false', 'no', 'off', '0']);

/** A boolean, also when it is written as a word. */
export function flagField(value: unknown, fallback: boolean): boolean {
  if (typeof value === 'boolean') return value;
  const word = textField(value)?.toLowerCase() ?? '';
  if (YES.has(word)) return true;
  return NO.has(word) ? false : fallback;
}
