/** Expected against observed: placeholders in texts match anything of their kind. */
import { jsonType, memberOf } from '../json-value.ts';

/** Placeholders that may stand inside a text, and what they match. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  'now-ms': '\\d{13}',
  now: '[^\\]\\n]+',
  uuid: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  code: '[A-Z2-9]{8}',
  'pairing-code': '[A-Z2-9]{8}',
  state: '[^\\n)|]*?',
  workspace: '[^\\n)|]*?',
  home: '[^\\n)|]*?',
  tmp: '[^\\n)|]*?',
  lab: '[^\\n)|]*?',
  'vendor-url': '[^\\n]*?',
  'component-id': '[^\\n]*?',
  stranger: '[^\\n]*?',
  time: '[^\\]\\n]*?',
  host: '[^\\s]*?',
  'fake-host': '[^\\s]*?',
  port: '\\d+',
  group: '-?\\d+',
};
const PLACEHOLDER = /<([a-z-]+)>/g;

/** Whether a text has the expected form: letter by letter, but for placeholders. */
export function matchesText(want: string, got: string): boolean {
  if (want === got) return true;
  const pieces = want.split(PLACEHOLDER);
  if (pieces.length === 1) return false;
  // Every second piece is the name of what stood in angle brackets; HTML has them too.
  const pattern = pieces.map((piece, at) => (at % 2 === 0 ? literal(piece) : (PLACEHOLDERS[piece] ?? `<${piece}>`)));
  return new RegExp(`^${pattern.join('')}$`, 's').test(got);
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export interface MatchRules {
  /** Says what is the matter with a text that does not match; undefined: nothing. */
  readonly text?: (want: string, got: string, path: string) => string | undefined;
  /** Members that are not compared, by their path. */
  readonly ignore?: RegExp;
}

/** One line a difference, each with its path. Empty: the observation is what was expected. */
export function differences(want: unknown, got: unknown, path: string, rules: MatchRules = {}): readonly string[] {
  if (rules.ignore?.test(path) || Object.is(want, got)) return [];
  if (want === '<now-ms>') return typeof got === 'number' || got === null ? [] : [unlike(path, want, got)];
  if (typeof want === 'string' && typeof got === 'string') {
    if (matchesText(want, got)) return [];
    const problem = rules.text ? rules.text(want, got, path) : unlike(path, want, got);
    return problem === undefined ? [] : [problem];
  }
  const type = jsonType(want);
  if (type !== jsonType(got) || (type !== 'object' && type !== 'array')) return [unlike(path, want, got)];
  const names = new Set([...Object.keys(Object(want)), ...Object.keys(Object(got))]);
  return [...names].flatMap((name) => {
    const inner = type === 'array' ? `${path}[${name}]` : `${path}.${name}`;
    return differences(memberOf(want, name), memberOf(got, name), inner, rules);
  });
}

const SHOWN_CHARACTERS = 400;

export const unlike = (path: string, want: unknown, got: unknown): string =>
  `${path}: expected ${show(want)}, got ${show(got)}`;

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)` : text;
}
