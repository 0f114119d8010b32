import { isRateLimitText } from './patterns.ts';

/**
 * Recognises prompts that are too long for a model. An overflow never fails over: it calls for compaction
 * (reference agent/models.md §6.4).
 */

const CERTAIN = [
  'request_too_large',
  'request exceeds the maximum size',
  'context length exceeded',
  'context_length_exceeded',
  'maximum context length',
  'prompt is too long',
  'exceeds model context window',
  'model token limit',
  'context overflow:',
  'input token count exceeds',
  'exceeds the context window',
  'exceeds the available context size',
  'prompt too large',
];

const LIKELY =
  /context (?:window|length).*(?:exceed|too (?:large|long)|over)|(?:prompt|request|input).*(?:too (?:large|long)|exceeds? .*(?:context|token|limit))|context.*overflow|maximum (?:number of )?(?:input )?tokens/;

const WINDOW_TOO_SMALL = /context window.*(?:too small|minimum is)/;
const COMPACTION_FAILED = /(?:summarization|auto-?compaction|compaction)[^\n]*(?:failed|failure)/;

/** A provider says in so many words that the prompt does not fit. */
export function isContextOverflow(text: string): boolean {
  const lower = text.toLowerCase();
  if (WINDOW_TOO_SMALL.test(lower) || COMPACTION_FAILED.test(lower)) return false;
  if (CERTAIN.some((words) => lower.includes(words))) return true;
  return /\b413\b/.test(lower) && lower.includes('too large');
}

/** The wider test that decides whether a compaction is worth trying. */
export function isLikelyContextOverflow(text: string): boolean {
  const lower = text.toLowerCase();
  if (WINDOW_TOO_SMALL.test(lower)) return false;
  if (isContextOverflow(text)) return true;
  return !isRateLimitText(lower) && LIKELY.test(lower);
}

/** A compaction that ran into the overflow it was meant to cure. */
export function isCompactionFailure(text: string): boolean {
  const lower = text.toLowerCase();
  return COMPACTION_FAILED.test(lower) && /context.*overflow|overflow/.test(lower);
}
