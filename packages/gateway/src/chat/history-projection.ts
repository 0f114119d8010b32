import type { TranscriptEntry } from '@chela/store';
import { isRecord } from '../methods/record.ts';
import { userWords } from './envelope.ts';

/**
 * What `chat.history` shows of a transcript (reference protocol/protocol.md §11, methods.json `chat.history`): messages
 * and compaction marks, newest last, each cut to what a client can show and the whole bounded. Pure.
 */

export const HISTORY_DEFAULT_MESSAGES = 200;
const HISTORY_MAX_MESSAGES = 1000;
export const HISTORY_MAX_BYTES = 6_291_456;
const HISTORY_MESSAGE_MAX_BYTES = 131_072;
const HISTORY_TEXT_MAX_CHARS = 12_000;

const CUT_MARK = '\n...(truncated)...';
const OVERSIZED_TEXT = '[chat.history omitted: message too large]';
/** Facts for the store and the model that viewers do not need. */
const HIDDEN_MEMBERS = new Set(['details', 'usage', 'cost']);

type Shown = Readonly<Record<string, unknown>>;

export function projectHistory(entries: readonly TranscriptEntry[], limit: number): readonly Shown[] {
  const messages = entries.flatMap(shownEntry).slice(-Math.min(limit, HISTORY_MAX_MESSAGES));
  return withinTotal(messages.map(shownMessage).map(withinSize));
}

function shownEntry(entry: TranscriptEntry): readonly Shown[] {
  if (entry.type === 'message') return [entry.message];
  if (entry.type !== 'compaction') return [];
  const mark = {
    role: 'system',
    content: [{ type: 'text', text: 'Compaction' }],
    timestamp: Date.parse(entry.timestamp),
    __openclaw: { kind: 'compaction', id: entry.id },
  };
  return [mark];
}

function shownMessage(message: Shown): Shown {
  const members = Object.entries(message).filter(([name]) => !HIDDEN_MEMBERS.has(name));
  const show = message.role === 'user' ? (text: string) => cut(userWords(text)) : cut;
  return Object.fromEntries(
    members.map(([name, value]) => [name, name === 'content' ? shownContent(value, show) : value]),
  );
}

function shownContent(content: unknown, show: (text: string) => string): unknown {
  if (typeof content === 'string') return show(content);
  if (!Array.isArray(content)) return content;
  return content.map((block: unknown) => (isRecord(block) ? shownBlock(block, show) : block));
}

function shownBlock(block: Shown, show: (text: string) => string): Shown {
  if (block.type === 'image' && typeof block.data === 'string') {
    const { data, ...rest } = block;
    return { ...rest, omitted: true, bytes: Buffer.byteLength(block.data) };
  }
  const members = Object.entries(block).filter(([name]) => name !== 'thinkingSignature');
  return Object.fromEntries(
    members.map(([name, value]) => {
      if (name === 'text' && typeof value === 'string') return [name, show(value)];
      if ((name === 'thinking' || name === 'partialJson') && typeof value === 'string') return [name, cut(value)];
      return [name, value];
    }),
  );
}

function cut(text: string): string {
  return text.length <= HISTORY_TEXT_MAX_CHARS ? text : text.slice(0, HISTORY_TEXT_MAX_CHARS) + CUT_MARK;
}

interface Sized {
  readonly message: Shown;
  readonly bytes: number;
}

function withinSize(message: Shown): Sized {
  const bytes = jsonBytes(message);
  if (bytes <= HISTORY_MESSAGE_MAX_BYTES) return { message, bytes };
  const placeholder = {
    role: typeof message.role === 'string' ? message.role : 'assistant',
    timestamp: message.timestamp,
    content: [{ type: 'text', text: OVERSIZED_TEXT }],
    __openclaw: { truncated: true, reason: 'oversized' },
  };
  return { message: placeholder, bytes: jsonBytes(placeholder) };
}

/** Drops the oldest messages until the rest fits. */
function withinTotal(sized: readonly Sized[]): readonly Shown[] {
  let total = 2;
  let first = sized.length;
  while (first > 0) {
    const next = (sized[first - 1]?.bytes ?? 0) + 1;
    if (total + next > HISTORY_MAX_BYTES) break;
    total += next;
    first -= 1;
  }
  return sized.slice(first).map(({ message }) => message);
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
