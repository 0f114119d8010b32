import type { TranscriptEntry } from '@chela/store';
import { isRecord } from '../messages/content-parts.ts';
import { messageChars } from '../messages/context-guard.ts';
import { projectMessages } from '../messages/project-messages.ts';

/** How big a history is for a model. Estimates, but for what a provider has counted. Pure. */

const CHARS_PER_TOKEN = 4;

/** Estimated tokens of entries as the model reads them. */
export function entryTokens(entries: readonly TranscriptEntry[]): number {
  const chars = projectMessages(entries).reduce((sum, message) => sum + messageChars(message), 0);
  return Math.ceil(chars / CHARS_PER_TOKEN);
}

export function textTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

/** The text that fits into `tokens`. */
export function textWithin(text: string, tokens: number): string {
  return text.slice(0, Math.max(0, Math.floor(tokens)) * CHARS_PER_TOKEN);
}

/**
 * Tokens of the next request: what the provider counted for the last one, its answer included, and an estimate of what
 * came since; an estimate of everything while nothing was counted since the last compaction.
 */
export function contextTokens(branch: readonly TranscriptEntry[], fixedChars = 0): number {
  const compactedAt = branch.findLastIndex(({ type }) => type === 'compaction');
  const at = branch.findLastIndex((entry) => countedTokens(entry) > 0);
  const counted = branch[at];
  if (counted === undefined || at < compactedAt) return entryTokens(branch) + Math.ceil(fixedChars / CHARS_PER_TOKEN);
  return countedTokens(counted) + entryTokens(branch.slice(at + 1));
}

/** What a provider counted for the request that led to this answer, the answer included; 0 for anything else. */
function countedTokens(entry: TranscriptEntry): number {
  if (entry.type !== 'message' || entry.message.role !== 'assistant') return 0;
  const { usage, stopReason } = entry.message;
  if (stopReason === 'error' || stopReason === 'aborted' || !isRecord(usage)) return 0;
  return typeof usage.totalTokens === 'number' ? usage.totalTokens : 0;
}
