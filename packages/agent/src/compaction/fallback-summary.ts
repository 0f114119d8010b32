import type { TranscriptEntry } from '@chela/store';
import { plain } from './history-text.ts';
import { textWithin } from './history-tokens.ts';

/**
 * The summary when no model can write one: how it began, what was asked, and which tools ran. Deterministic, and never
 * more than `maxTokens`. Pure.
 */
export function fallbackSummary(
  entries: readonly TranscriptEntry[],
  previousSummary: string | undefined,
  maxTokens: number,
): string {
  const asked = entries.flatMap((entry) =>
    entry.type === 'message' && entry.message.role === 'user' ? [`- ${oneLine(plain(entry.message.content))}`] : [],
  );
  const head = 'No summary could be written, so older messages were left out. What is known of them:';
  const before =
    previousSummary === undefined ? [] : ['', 'Earlier summary:', textWithin(previousSummary, maxTokens / 2)];
  const tools = [...new Set(entries.flatMap(toolNames))].slice(0, TOOLS_NAMED);
  const used = tools.length === 0 ? [] : ['', `Tools that were used: ${tools.join(', ')}`];
  const fixed = [head, ...before, ...used].join('\n');
  const requests = newestWithin(asked, maxTokens * CHARS_PER_TOKEN - fixed.length - REQUESTS_TITLE.length);
  const body = requests.length === 0 ? [] : ['', REQUESTS_TITLE, ...requests];
  return textWithin([head, ...before, ...body, ...used].join('\n'), maxTokens);
}

const REQUESTS_TITLE = 'Messages of the user, newest last:';
const CHARS_PER_TOKEN = 4;
const TOOLS_NAMED = 30;
const LINE_MAX_CHARS = 300;

function newestWithin(lines: readonly string[], maxChars: number): readonly string[] {
  const kept: string[] = [];
  let left = maxChars;
  for (const line of lines.toReversed()) {
    left -= line.length + 1;
    if (left < 0) break;
    kept.unshift(line);
  }
  return kept;
}

function toolNames(entry: TranscriptEntry): readonly string[] {
  const name = entry.type === 'message' && entry.message.role === 'toolResult' ? entry.message.toolName : undefined;
  return typeof name === 'string' ? [name] : [];
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= LINE_MAX_CHARS ? line : `${line.slice(0, LINE_MAX_CHARS)}…`;
}
