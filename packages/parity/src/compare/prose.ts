/**
 * Texts for people and models are ours to word; the facts in them are not. `data/prose.json` lists the recorded texts
 * that are prose. Such a text is matched by any text that carries the same facts: commands, keys, names, numbers,
 * placeholders, quoted words and the choices of a list. Every other text is read by programs and compared letter by
 * letter.
 */
import prose from '../../data/prose.json' with { type: 'json' };

const PROSE: ReadonlySet<string> = new Set(prose);
const BRAND = /openclaw|docs\.openclaw\.ai\S*/gi;
const FACT =
  /<[a-z]+(?::[\w.]+)?>|\/[a-z][\w-]*|"[^"\n]{1,80}"|`[^`\n]{1,120}`|[\w$~-]*[._=/][\w./=$~<>:-]*\w|\b[A-Z][A-Z0-9_]{3,}\b|\$?\d+(?:\.\d+)?[a-z%]{0,2}\b/g;
const CHOICES = /: ((?:[\w+|-]+, )+[\w+|-]+)/g;

/** The facts a text carries, each once, in order, in lower case. */
export function factsOf(text: string): readonly string[] {
  const plain = text.replace(BRAND, '');
  const found = plain.match(FACT) ?? [];
  const choices = [...plain.matchAll(CHOICES)].flatMap((match) => match[1]?.split(', ') ?? []);
  return [...new Set([...found, ...choices].map((fact) => fact.replace(/^["`]|["`]$/g, '').toLowerCase()))];
}

/** The facts of `want` that `got` lacks. */
export function lackingFacts(want: string, got: string): readonly string[] {
  if (got.trim() === '') return ['(empty text)'];
  const text = got.replace(BRAND, '').toLowerCase();
  return factsOf(want).filter((fact) => !text.includes(fact));
}

export const isProse = (text: string): boolean => PROSE.has(text);
