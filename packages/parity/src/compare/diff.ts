import { jsonType, memberOf } from '../json-value.ts';
import { isProse, lackingFacts } from './prose.ts';

const SHOWN_CHARACTERS = 240;

export interface DiffOptions {
  /** Which expected texts are compared by their facts. Default: the recorded prose. */
  readonly byFacts?: (text: string) => boolean;
}

/** What is the matter with an observation: one line a difference, each with its path. Empty: the same. */
export function diff(want: unknown, got: unknown, options: DiffOptions = {}): readonly string[] {
  return differences(want, got, '', options.byFacts ?? isProse);
}

function differences(want: unknown, got: unknown, path: string, byFacts: (text: string) => boolean): readonly string[] {
  if (Object.is(want, got)) return [];
  if (typeof want === 'string' && typeof got === 'string' && byFacts(want)) {
    const lacking = lackingFacts(want, got);
    return lacking.length ? [`${path || '.'}: text lacks ${lacking.join(' · ')}`] : [];
  }
  const type = jsonType(want);
  if (type !== jsonType(got) || (type !== 'object' && type !== 'array')) {
    return [`${path || '.'}: expected ${show(want)}, got ${show(got)}`];
  }
  return memberNames(want, got).flatMap((key) => {
    const inner = type === 'array' ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    if (!isMember(want, key)) return [`${inner}: not expected, got ${show(memberOf(got, key))}`];
    if (!isMember(got, key)) return [`${inner}: missing, expected ${show(memberOf(want, key))}`];
    return differences(memberOf(want, key), memberOf(got, key), inner, byFacts);
  });
}

function memberNames(want: unknown, got: unknown): readonly string[] {
  if (Array.isArray(want) && Array.isArray(got)) {
    return Array.from({ length: Math.max(want.length, got.length) }, (_, index) => String(index));
  }
  return [...new Set([...Object.keys(Object(want)), ...Object.keys(Object(got))])];
}

const isMember = (value: unknown, key: string): boolean => Object.hasOwn(Object(value), key);

/** True for a line that only says that something came on top of what was expected. */
export const isExtra = (difference: string): boolean => difference.includes(': not expected, got');

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)` : text;
}
