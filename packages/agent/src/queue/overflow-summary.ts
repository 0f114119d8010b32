import type { DropPolicy } from '../commands/queue-words.ts';

/** What the model is told of messages that a full queue dropped (reference agent/sessions.md §7.4, §7.6). Pure. */

const ELIDED_MAX_CHARS = 140;
const SUMMARY_LINE_MAX_CHARS = 160;

/** Shortens a text to `limit` UTF-16 units, an ellipsis at its end. */
export function elide(text: string, limit: number = ELIDED_MAX_CHARS): string {
  return text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1)).trimEnd()}…`;
}

/** One line that stands for a dropped message. */
export function summaryLine(text: string, limit: number = SUMMARY_LINE_MAX_CHARS): string {
  return elide(text.replace(/\s+/g, ' ').trim(), limit);
}

export interface Overflow {
  readonly dropPolicy: DropPolicy;
  readonly droppedCount: number;
  readonly summaryLines: readonly string[];
}

/** Undefined when nothing was dropped, or when the policy keeps no account of it. */
export function summaryPrompt({ dropPolicy, droppedCount, summaryLines }: Overflow, noun: string): string | undefined {
  if (dropPolicy !== 'summarize' || droppedCount <= 0) return undefined;
  const head = `[Queue overflow] Dropped ${droppedCount} ${noun}${droppedCount === 1 ? '' : 's'} due to cap.`;
  if (summaryLines.length === 0) return head;
  return [head, 'Summary:', ...summaryLines.map((line) => `- ${line}`)].join('\n');
}

/** Several waiting messages as one prompt. */
export function collectPrompt(prompts: readonly string[], summary?: string): string {
  return [
    '[Queued messages while agent was busy]',
    ...(summary === undefined ? [] : [summary]),
    ...prompts.map((prompt, index) => `---\nQueued #${index + 1}\n${prompt}`.trim()),
  ].join('\n\n');
}
