import { isRecord } from '../database/columns.ts';
import { withoutAsides } from './aside.ts';
import { parseLine } from './entry.ts';
import { messageText } from './message-text.ts';

/** What a list shows of a transcript: the texts of its first user message and of its last message by either side. */
export interface TranscriptEdges {
  readonly firstUser?: string;
  readonly lastMessage?: string;
}

/** Edges from raw lines: `head` oldest first, `tail` newest first. Lines that do not parse (cut at a chunk's edge) are passed over. */
export function edgesOfLines(head: readonly string[], tail: readonly string[]): TranscriptEdges {
  const firstUser = firstText(withoutAsides(head), (role) => role === 'user');
  const lastMessage = firstText(
    withoutAsides(tail.toReversed()).toReversed(),
    (role) => role === 'user' || role === 'assistant',
  );
  return {
    ...(firstUser === undefined ? {} : { firstUser }),
    ...(lastMessage === undefined ? {} : { lastMessage }),
  };
}

function firstText(lines: readonly string[], accepts: (role: unknown) => boolean): string | undefined {
  for (const line of lines) {
    const message = messageOfLine(line);
    const text = message !== undefined && accepts(message.role) ? messageText(message.content) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}

function messageOfLine(line: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseLine(line);
  return isRecord(value) && value.type === 'message' && isRecord(value.message) ? value.message : undefined;
}
