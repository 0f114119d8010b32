import { createHash } from 'node:crypto';
import type { ModelMessage } from '../driver.ts';
import type { ToolCallIdMode } from './policy.ts';

const STRICT_LIMIT = 40;
const STRICT9_LENGTH = 9;
const SUFFIX_LENGTH = 8;

/** One id in the alphabet of a provider: letters and digits only, at most 40, or exactly 9 (reference agent/models.md §9.2). */
export function sanitizeToolCallId(id: string, mode: ToolCallIdMode): string {
  const plain = id.replace(/[^a-zA-Z0-9]/g, '');
  if (mode === 'strict9') {
    if (id === '') return 'defaultid';
    return plain.length >= STRICT9_LENGTH
      ? plain.slice(0, STRICT9_LENGTH)
      : sha1(plain === '' ? 'sanitized' : plain, STRICT9_LENGTH);
  }
  if (id === '') return 'defaulttoolid';
  return plain === '' ? 'sanitizedtoolid' : plain.slice(0, STRICT_LIMIT);
}

/** A renaming that keeps different ids different: the same id always gets the same new one. */
export function createIdRenamer(mode: ToolCallIdMode): (id: string) => string {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  return (id) => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const next = uniqueId(id, mode, taken);
    names.set(id, next);
    taken.add(next);
    return next;
  };
}

/** Rewrites the ids of calls and of their results alike. */
export function rewriteToolCallIds(messages: readonly ModelMessage[], mode: ToolCallIdMode): readonly ModelMessage[] {
  const rename = createIdRenamer(mode);
  return messages.map((message): ModelMessage => {
    if (message.role === 'toolResult') return { ...message, toolCallId: rename(message.toolCallId) };
    if (message.role === 'user') return message;
    return {
      ...message,
      content: message.content.map((part) => (part.type === 'toolCall' ? { ...part, id: rename(part.id) } : part)),
    };
  });
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
