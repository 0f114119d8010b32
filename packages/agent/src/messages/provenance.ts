import { isRecord } from './content-parts.ts';

/** Who really sent a message that stands in the user's place (reference agent/models.md §9.6). */
export interface Provenance {
  readonly kind: 'external_user' | 'inter_session' | 'internal_system';
  readonly sourceSessionKey?: string;
  readonly sourceChannel?: string;
  readonly sourceTool?: string;
}

const KINDS = ['external_user', 'inter_session', 'internal_system'] as const;
const SOURCES = [
  ['sourceSession', 'sourceSessionKey'],
  ['sourceChannel', 'sourceChannel'],
  ['sourceTool', 'sourceTool'],
] as const;

/** A provenance as it was stored; undefined for anything else. */
export function readProvenance(value: unknown): Provenance | undefined {
  if (!isRecord(value)) return undefined;
  const kind = KINDS.find((known) => known === value.kind);
  if (kind === undefined) return undefined;
  const sources = SOURCES.flatMap(([, name]) => (typeof value[name] === 'string' ? [[name, value[name]]] : []));
  return { kind, ...Object.fromEntries(sources) };
}

/** What a model reads before a message of another session, so that it is not taken for the user's; else empty. */
export function provenanceLine(value: unknown): string {
  const provenance = readProvenance(value);
  if (provenance?.kind !== 'inter_session') return '';
  const sources = SOURCES.flatMap(([shown, name]) => (provenance[name] ? [`${shown}=${provenance[name]}`] : []));
  return `${['[Inter-session message]', ...sources].join(' ')}\n`;
}
