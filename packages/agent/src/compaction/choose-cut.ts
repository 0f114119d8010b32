import type { TranscriptEntry } from '@chela/store';
import { entryTokens } from './history-tokens.ts';

/** What of a history is summarised and what stays word by word. */
export interface HistoryCut {
  /** The summary of the last compaction, when there was one. */
  readonly previousSummary: string | undefined;
  readonly summarised: readonly TranscriptEntry[];
  /** Begins with a message that may stand first; never empty. */
  readonly kept: readonly TranscriptEntry[];
}

/**
 * Cuts the live part of a branch so that at most `keepTokens` stay, but always the newest message with what belongs to
 * it. Results stay with their calls. Undefined when nothing stands before the cut. Pure.
 */
export function chooseCut(branch: readonly TranscriptEntry[], keepTokens: number): HistoryCut | undefined {
  const { previousSummary, live } = livePart(branch);
  let from = live.findLastIndex(mayStandFirst);
  for (let at = from - 1; at > 0; at -= 1) {
    const entry = live[at];
    if (entry === undefined || !mayStandFirst(entry)) continue;
    if (entryTokens(live.slice(at)) > keepTokens) break;
    from = at;
  }
  const summarised = live.slice(0, Math.max(0, from));
  if (entryTokens(summarised) === 0) return undefined;
  return { previousSummary, summarised, kept: live.slice(from) };
}

/** Everything the model reads but the summary of the last compaction. */
export function livePart(branch: readonly TranscriptEntry[]): {
  readonly previousSummary: string | undefined;
  readonly live: readonly TranscriptEntry[];
} {
  const at = branch.findLastIndex(({ type }) => type === 'compaction');
  const compaction = branch[at];
  if (compaction?.type !== 'compaction') return { previousSummary: undefined, live: branch };
  const keptFrom = branch.findIndex(({ id }) => id === compaction.firstKeptEntryId);
  const kept = keptFrom === -1 ? [] : branch.slice(keptFrom, at);
  return { previousSummary: compaction.summary, live: [...kept, ...branch.slice(at + 1)] };
}

/** A result cannot stand without its call, and what is no message gives no place to begin. */
function mayStandFirst(entry: TranscriptEntry): boolean {
  if (entry.type === 'custom_message') return true;
  return entry.type === 'message' && entry.message.role !== 'toolResult' && entryTokens([entry]) > 0;
}
