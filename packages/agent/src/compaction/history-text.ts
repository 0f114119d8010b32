import type { TranscriptEntry } from '@chela/store';
import { readAssistantParts, readUserParts } from '../messages/content-parts.ts';

/** A history written out for the model that summarises it. Pure. */

const RESULT_MAX_CHARS = 2_000;
const ARGUMENTS_MAX_CHARS = 500;

/** One text a message; what the model never read is left out. */
export function historyTexts(entries: readonly TranscriptEntry[]): readonly string[] {
  return entries.flatMap(textsOf);
}

function textsOf(entry: TranscriptEntry): readonly string[] {
  if (entry.type === 'branch_summary') return [`[Summary of a side branch] ${entry.summary}`];
  if (entry.type === 'custom_message') return userText(entry.content);
  if (entry.type !== 'message') return [];
  const { role, content, stopReason, toolName } = entry.message;
  if (role === 'user' || role === 'custom') return userText(content);
  if (role === 'toolResult') {
    return [
      `[Result of ${typeof toolName === 'string' ? toolName : 'a tool'}] ${cut(plain(content), RESULT_MAX_CHARS)}`,
    ];
  }
  if (role !== 'assistant' || stopReason === 'error' || stopReason === 'aborted') return [];
  return readAssistantParts(content).flatMap((part) => {
    if (part.type === 'text') return [`[Assistant] ${part.text}`];
    if (part.type !== 'toolCall') return [];
    return [`[Call of ${part.name}] ${cut(JSON.stringify(part.arguments), ARGUMENTS_MAX_CHARS)}`];
  });
}

function userText(content: unknown): readonly string[] {
  const text = plain(content);
  return text === '' ? [] : [`[User] ${text}`];
}

/** Text of a user message or a tool result; images are named. */
export function plain(content: unknown): string {
  return readUserParts(content)
    .map((part) => (part.type === 'text' ? part.text : '[image]'))
    .join('\n')
    .trim();
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}
