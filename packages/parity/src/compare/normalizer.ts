/**
 * Turns what changes from run to run into typed placeholders. Values whose identity matters (uuids, hashes, secrets,
 * short ids) are numbered in the order of their first appearance, and a number is kept for a whole trace: <uuid:1> in
 * step 9 is the <uuid:1> of step 2. Members are visited in the order of their names, so their order does not matter.
 */
import { hostname } from 'node:os';
import { hasMembers, memberOf } from '../json-value.ts';

/** Facts of one run that must not reach a trace. */
export interface KnownFacts {
  /** [real prefix, name], longest first. */
  readonly paths: readonly (readonly [prefix: string, name: string])[];
  readonly ports: Readonly<Record<number, string>>;
  readonly versions: readonly string[];
  /** Captured value → variable name. */
  readonly literals: Readonly<Record<string, string>>;
}

export interface TextRule {
  readonly pattern: string;
  readonly replace: string;
}

export interface Normalizer {
  /** The value with its volatile parts replaced. `known` may have grown since the last call. */
  normalize(value: unknown, known: KnownFacts): unknown;
}

/** Raised when the placeholders change, so that a recording tells which rules it was made with. */
export const NORMALISER_VERSION = 1;

const DAY_MS = 86_400_000;
/** Only times this near to the run are volatile; others are facts of the scenario. */
const NEAR_MS = 3 * DAY_MS;
const FIRST_MS_TIMESTAMP = 1e12;

const UUID = /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi;
const SHA256 = /\b[0-9a-f]{64}\b/g;
const SHA1 = /\b[0-9a-f]{40}\b/g;
const ISO = /\b\d{4}-\d\d-\d\dT\d\d[:-]\d\d(?:[:-]\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g;
const ISO_TIME = /T(\d\d)[:-](\d\d)[:-](\d\d)/;
const STAMP = /\[(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?[^\]]*\]/g;
const DATE = /\b\d{4}-\d\d-\d\d\b/g;
const LONG_DIGITS = /\b\d{13}\b/g;
const INJECT_ID = /\binject-([0-9a-f]{8})\b/g;
const PACKAGE_FOLDER = /(?:[A-Za-z]:)?(?:\/[\w.@+-]+)*\/node_modules\/openclaw(?=[/"'\s]|$)/g;
const NAMED_VERSION = /\b(OpenClaw v?)\d{4}\.\d+\.\d+[\w.-]*/gi;
const PID = /\b(pid[ =:]*)\d+\b/gi;
const RELEASE = /^\d{4}\.\d{1,2}\.\d{1,2}\b/;
const SECRET = /^[\w+/=-]{16,}$/;
const SHORT_ID = /^[0-9a-f]{8}$/;

const DURATION_KEY =
  /^(\w*[dD]urationMs|uptimeMs|ageMs|age|elapsedMs|latencyMs|runtimeMs|waitedMs|uptime|probeMs|runAgeMs|inputAgeMs)$/;
const SECRET_KEY = /^(token|deviceToken|nonce|signature|secret)$/;
const HOST_KEY = /^(host|hostname|hostName|displayName)$/;
const SHORT_ID_KEY = /^(id|messageId|parentId|leafId)$/;
const VERSION_KEY = /version$/i;

/** A normalizer for one trace; `rules` are the text rules of its scenario. */
export function createNormalizer(rules: readonly TextRule[]): Normalizer {
  const seen = new Map<string, Map<string, number>>();
  const startedAt = Date.now();
  const extra = rules.map((rule) => ({ pattern: new RegExp(rule.pattern, 'g'), replace: rule.replace }));

  const isNear = (ms: number): boolean => Number.isFinite(ms) && Math.abs(ms - startedAt) < NEAR_MS;

  const numbered = (type: string, value: string): string => {
    const numbers = seen.get(type) ?? new Map<string, number>();
    seen.set(type, numbers);
    const number = numbers.get(value) ?? numbers.size + 1;
    numbers.set(value, number);
    return `<${type}:${number}>`;
  };

  const textOf = (text: string, known: KnownFacts): string => {
    let out = text;
    for (const [prefix, name] of known.paths) out = out.replaceAll(prefix, `<path:${name}>`);
    out = out.replace(PACKAGE_FOLDER, '<path:pkg>');
    for (const [value, name] of Object.entries(known.literals)) out = out.replaceAll(value, `<var:${name}>`);
    out = out.replace(NAMED_VERSION, '$1<version>');
    for (const [port, name] of Object.entries(known.ports)) {
      out = out.replace(new RegExp(`(?<![\\d.])${port}(?!\\d)`, 'g'), `<${name}>`);
    }
    out = out.replace(PID, '$1<pid>');
    for (const { pattern, replace } of extra) out = out.replace(pattern, replace);
    return out
      .replace(STAMP, '[<stamp>]')
      .replace(UUID, (match) => numbered('uuid', match.toLowerCase()))
      .replace(SHA256, (match) => numbered('sha256', match))
      .replace(SHA1, (match) => numbered('sha1', match))
      .replace(ISO, (match) => (isNear(Date.parse(match.replace(ISO_TIME, 'T$1:$2:$3'))) ? '<iso>' : match))
      .replace(DATE, (match) => (isNear(Date.parse(match)) ? '<date>' : match))
      .replace(LONG_DIGITS, (match) => (isNear(Number(match)) ? '<ms>' : match))
      .replace(INJECT_ID, (_, id: string) => `inject-${numbered('id8', id)}`);
  };

  const stringAt = (value: string, key: string, known: KnownFacts): string => {
    if (SECRET_KEY.test(key) && SECRET.test(value) && value.search(UUID) < 0) return numbered('secret', value);
    if (VERSION_KEY.test(key) && (known.versions.includes(value) || RELEASE.test(value))) return '<version>';
    if (HOST_KEY.test(key) && value === hostname()) return '<host>';
    if (SHORT_ID_KEY.test(key) && SHORT_ID.test(value)) return numbered('id8', value);
    return textOf(value, known);
  };

  const numberAt = (value: number, key: string, known: KnownFacts): unknown => {
    const port = known.ports[value];
    if (port) return `<${port}>`;
    if (key === 'pid') return '<pid>';
    if (DURATION_KEY.test(key)) return '<dur>';
    if (value > FIRST_MS_TIMESTAMP && isNear(value)) return '<ms>';
    if (Number.isInteger(value) && isNear(value * 1000)) return '<sec>';
    return value;
  };

  const normalized = (value: unknown, key: string, known: KnownFacts): unknown => {
    if (typeof value === 'string') return stringAt(value, key, known);
    if (typeof value === 'number') return numberAt(value, key, known);
    if (Array.isArray(value)) return value.map((item: unknown) => normalized(item, key, known));
    if (!hasMembers(value)) return value;
    const names = Object.keys(value).sort();
    return Object.fromEntries(
      names.map((name) => [textOf(name, known), normalized(memberOf(value, name), name, known)]),
    );
  };

  return { normalize: (value, known) => normalized(value, '', known) };
}
