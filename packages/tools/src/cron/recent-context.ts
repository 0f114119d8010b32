import { isRecord } from '../call/arguments.ts';
import type { SessionRoom } from '../rooms/sessions.ts';

const LINE_CHARS = 220;
const TOTAL_CHARS = 700;
const MESSAGES_MAX = 10;

/** The newest messages of a conversation, a line each, as far as they fit (reference agent/tools.md §6). */
export async function recentContext(sessions: SessionRoom, sessionKey: string, count: number): Promise<string> {
  const wanted = Math.min(Math.floor(count), MESSAGES_MAX);
  const history = await sessions.history(sessionKey, wanted * 2);
  const lines = history.flatMap(lineOf).slice(-wanted);
  const kept: string[] = [];
  let total = 0;
  for (const line of lines.toReversed()) {
    total += line.length + 1;
    if (total > TOTAL_CHARS) break;
    kept.unshift(line);
  }
  return kept.join('\n');
}

function lineOf(message: unknown): readonly string[] {
  if (!isRecord(message) || (message.role !== 'user' && message.role !== 'assistant')) return [];
  const text = textOf(message.content).replace(/\s+/g, ' ').trim();
  if (text === '') return [];
  const shown = text.length > LINE_CHARS ? `${text.slice(0, LINE_CHARS - 1)}…` : text;
  return [`- ${message.role === 'user' ? 'User' : 'Assistant'}: ${shown}`];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.flatMap((part) => (isRecord(part) && typeof part.text === 'string' ? [part.text] : [])).join(' ');
}
