import type { ModelService, ResolvedModel } from '@chela/models';
import type { Clock, Logger } from '@chela/observability';
import type { NewTranscriptEntry, SessionEntry, TranscriptEntry } from '@chela/store';
import { chooseCut, type HistoryCut, livePart } from './choose-cut.ts';
import { fallbackSummary } from './fallback-summary.ts';
import { historyTexts, plain } from './history-text.ts';
import { contextTokens, entryTokens, textTokens, textWithin } from './history-tokens.ts';
import { summarise } from './summarise.ts';
import { touchedPaths } from './touched-files.ts';

/**
 * Replaces the older part of a history by a summary (reference agent/sessions.md §14). The result is always smaller
 * than what it stands for, or there is none: whoever asks again and again comes to an end.
 */

export interface CompactionInput {
  readonly agentId: string;
  readonly sessionId: string;
  /** The active branch. */
  readonly branch: readonly TranscriptEntry[];
  readonly models: readonly ResolvedModel[];
  /** Tokens that stay word by word. */
  readonly keepTokens: number;
  readonly reserve: number;
  readonly instructions?: string;
  readonly signal: AbortSignal;
}

export interface Compaction {
  readonly entry: Extract<NewTranscriptEntry, { type: 'compaction' }>;
  /** What the provider counted, or an estimate. */
  readonly tokensBefore: number;
  /** Whether a model wrote the summary. */
  readonly byModel: boolean;
}

/** Half of what the live part holds may stay at most, so that a short history is compacted too. */
const KEPT_MAX_SHARE = 0.5;
/** Share of the live part that a summary without a model may take. */
const FALLBACK_SHARE = 0.25;
const FALLBACK_MAX_TOKENS = 2_000;
/** The request that is being worked on, when it does not stay word by word. */
const REQUEST_MAX_CHARS = 4_000;

/** Undefined when there is nothing to gain, and when the work was stopped. */
export async function compactHistory(
  deps: { readonly models: ModelService; readonly clock: Clock; readonly logger: Logger },
  input: CompactionInput,
): Promise<Compaction | undefined> {
  const { live } = livePart(input.branch);
  const keep = Math.min(input.keepTokens, Math.floor(entryTokens(live) * KEPT_MAX_SHARE));
  const cut = chooseCut(input.branch, keep);
  if (cut === undefined) return undefined;
  const { previousSummary, summarised } = cut;
  const { agentId, models, sessionId, instructions, reserve, signal } = input;
  const texts = historyTexts(summarised);
  const written = await summarise(deps, {
    agentId,
    models,
    sessionId,
    texts,
    previousSummary,
    instructions,
    reserve,
    signal,
  });
  if (signal.aborted) return undefined;
  const fallbackTokens = Math.min(FALLBACK_MAX_TOKENS, entryTokens(summarised) * FALLBACK_SHARE);
  const whole = (written ?? fallbackSummary(summarised, previousSummary, fallbackTokens)) + openRequest(cut);
  const summary = textWithin(whole, summaryRoom(cut));
  const first = cut.kept[0];
  if (summary === '' || first === undefined) return undefined;
  const tokensBefore = contextTokens(input.branch);
  return {
    entry: { type: 'compaction', summary, firstKeptEntryId: first.id, tokensBefore, details: filesOf(summarised) },
    tokensBefore,
    byModel: written !== undefined,
  };
}

/** Words that stand around a summary when a model reads it. */
const FRAME_TOKENS = 20;

/** Tokens a summary may have: fewer than what it stands for. */
function summaryRoom({ previousSummary, summarised }: HistoryCut): number {
  const before = previousSummary === undefined ? -FRAME_TOKENS : textTokens(previousSummary);
  return entryTokens(summarised) + before - 1;
}

/** What the assistant is in the middle of, when the message that asked for it is summarised. */
function openRequest({ summarised, kept }: HistoryCut): string {
  const isUser = (entry: TranscriptEntry | undefined): boolean =>
    entry?.type === 'message' && entry.message.role === 'user';
  if (kept.some(isUser)) return '';
  const request = summarised.findLast(isUser);
  if (request?.type !== 'message') return '';
  return `\n\n## The request being worked on\n${plain(request.message.content).slice(0, REQUEST_MAX_CHARS)}`;
}

const READING_TOOLS: ReadonlySet<string> = new Set(['read']);
const WRITING_TOOLS: ReadonlySet<string> = new Set(['write', 'edit']);

/** The files the summarised part read and changed, for programs that read the transcript. */
function filesOf(entries: readonly TranscriptEntry[]) {
  return { readFiles: touchedPaths(entries, READING_TOOLS), modifiedFiles: touchedPaths(entries, WRITING_TOOLS) };
}

/** The session after a compaction: one more, and what was counted of the old context is not true any more (§14.5). */
export function compactedEntry(entry: SessionEntry, now: number): SessionEntry {
  const { inputTokens: _input, outputTokens: _output, totalTokens: _total, totalTokensFresh: _fresh, ...rest } = entry;
  return { ...rest, compactionCount: (entry.compactionCount ?? 0) + 1, updatedAt: now };
}
