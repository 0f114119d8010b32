import type { CatalogEntry } from '@chela/models';

/** The model a person most likely means by a text that is no exact reference (reference agent/models.md §2.9). Pure. */

/** Words that name a variant; one that was not asked for makes a model less likely. */
const VARIANTS = ['lightning', 'preview', 'mini', 'small', 'turbo', 'lite', 'beta', 'nano'];
const VARIANT_COST = 10;

/**
 * `raw` is `provider/part of a model` or only the part. Undefined when nothing comes near, and for a provider that has
 * no models. Equal scores go to the shorter id.
 */
export function findModel(raw: string, entries: readonly CatalogEntry[]): CatalogEntry | undefined {
  const text = raw.trim().toLowerCase();
  const slash = text.indexOf('/');
  const provider = slash === -1 ? undefined : text.slice(0, slash);
  const part = text.slice(slash + 1);
  if (part === '') return undefined;
  return entries
    .filter((entry) => provider === undefined || entry.provider.toLowerCase() === provider)
    .map((entry) => ({ entry, score: scoreOf(part, entry, provider !== undefined) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.entry.id.length - b.entry.id.length)[0]?.entry;
}

/** 0: does not match. Misspellings only count where the provider is right. */
function scoreOf(part: string, { id, name }: CatalogEntry, allowTypos: boolean): number {
  const names = [id.toLowerCase(), name.toLowerCase()];
  const base = Math.max(...names.map((known) => likeness(part, known, allowTypos)));
  const unasked = VARIANTS.filter((word) => id.toLowerCase().includes(word) && !part.includes(word));
  return base === 0 ? 0 : Math.max(1, base - unasked.length * VARIANT_COST);
}

function likeness(part: string, known: string, allowTypos: boolean): number {
  if (known === part) return 100;
  if (known.startsWith(part)) return 80;
  if (known.includes(part)) return 60;
  const tokens = part.split(/[\s_-]+/).filter(Boolean);
  if (tokens.length > 1 && tokens.every((token) => known.includes(token))) return 50;
  const typos = Math.max(1, Math.floor(part.length / 4));
  return allowTypos && editDistance(part, known, typos) <= typos ? 40 : 0;
}

/** Levenshtein's distance; anything above `limit` is only known to be above it. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
