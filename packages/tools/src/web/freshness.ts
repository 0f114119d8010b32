const SHORTHANDS: Readonly<Record<string, string>> = { pd: 'day', pw: 'week', pm: 'month', py: 'year' };

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A freshness filter in Brave's spelling, or undefined when it is none: `pd|pw|pm|py` or `YYYY-MM-DDtoYYYY-MM-DD`. */
export function parseFreshness(text: string): string | undefined {
  const plain = text.trim().toLowerCase();
  if (plain in SHORTHANDS) return plain;
  const [from, to, more] = plain.split('to');
  if (from === undefined || to === undefined || more !== undefined) return undefined;
  return isDate(from) && isDate(to) && from <= to ? plain : undefined;
}

/** The word Perplexity uses for a shorthand; undefined for date ranges, which it does not know. */
export function recencyWord(freshness: string): string | undefined {
  return SHORTHANDS[freshness];
}
