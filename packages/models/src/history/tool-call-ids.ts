import { createHash } from 'node:crypto';
import { isObject, type JsonObject, listOf } from '../json-shape.ts';
import type { ToolCallIdMode } from './policy.ts';

const STRICT_LIMIT = 40;
const STRICT9_LENGTH = 9;
const SUFFIX_LENGTH = 8;

/** One id in the alphabet of a provider: letters and digits only, at most 40, or exactly 9 (reference agent/models.md §9.2). */
export function sanitizeToolCallId(id: string, mode: ToolCallIdMode): string {
  const plain = id.replace(/[^a-zA-Z0-9]/g, '');
  if (mode === 'strict9') {
    if (id === '') return 'defaultid';
    return plain.length >= STRICT9_LENGTH ? plain.slice(0, STRICT9_LENGTH) : sha1(plain === '' ? 'sanitized' : plain, STRICT9_LENGTH);
  }
  if (id === '') return 'defaulttoolid';
  return plain === '' ? 'sanitizedtoolid' : plain.slice(0, STRICT_LIMIT);
}

/** Rewrites the ids of calls and of their results alike, keeping different ids different. Returns the same list when nothing changes. */
export function rewriteToolCallIds<M extends JsonObject>(messages: readonly M[], mode: ToolCallIdMode): readonly M[] {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const rename = (id: string): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const next = uniqueId(id, mode, taken);
    names.set(id, next);
    taken.add(next);
    return next;
  };
  const next = messages.map((message) => renameIn(message, rename));
  return next.some((message, index) => message !== messages[index]) ? next : messages;
}

function renameIn<M extends JsonObject>(message: M, rename: (id: string) => string): M {
  if (message.role === 'toolResult' && typeof message.toolCallId === 'string') {
    const id = rename(message.toolCallId);
    return id === message.toolCallId ? message : { ...message, toolCallId: id };
  }
  if (message.role !== 'assistant' || !Array.isArray(message.content)) return message;
  const content = listOf(message.content).map((part) => {
    if (!isObject(part) || part.type !== 'toolCall' || typeof part.id !== 'string') return part;
    const id = rename(part.id);
    return id === part.id ? part : { ...part, id };
  });
  return content.every((part, index) => part === listOf(message.content)[index]) ? message : { ...message, content };
}

function uniqueId(id: string, mode: ToolCallIdMode, taken: ReadonlySet<string>): string {
  const base = sanitizeToolCallId(id, mode);
  if (!taken.has(base)) return base;
  for (let round = 0; ; round += 1) {
    const candidate = mode === 'strict9' ? sha1(`${id}:${round}`, STRICT9_LENGTH) : suffixed(base, id, round);
    if (!taken.has(candidate)) return candidate;
  }
}

function suffixed(base: string, id: string, round: number): string {
  const suffix = sha1(round === 0 ? id : `${id}:${round}`, SUFFIX_LENGTH);
  return `${base.slice(0, STRICT_LIMIT - SUFFIX_LENGTH)}${suffix}`;
}

function sha1(text: string, length: number): string {
  return createHash('sha1').update(text).digest('hex').slice(0, length);
}
