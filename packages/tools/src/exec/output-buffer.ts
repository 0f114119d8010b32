import type { OutputLimits } from './output-limits.ts';

const TAIL_CHARS = 2000;

/**
 * The output of one command, bounded in memory: the newest characters are kept, the oldest dropped. What has not been
 * polled yet is kept apart, also bounded.
 */
export interface OutputBuffer {
  append(text: string): void;
  /** Everything still held. */
  text(): string;
  /** The last 2000 characters. */
  tail(): string;
  /** What came since the last drain. */
  drain(): string;
  /** True once something was dropped. */
  truncated(): boolean;
  /** Characters received in total. */
  received(): number;
}

/**
 * Characters that no reader sees and that could mislead one: invisible ones that steer a layout, and control characters other
 * than tab and line ends.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\p{Cf}\u0000-\u0008\u000B\u000C\u000E-\u001F]/gu;

function keepTail(text: string, limit: number): string {
  return text.length > limit ? text.slice(text.length - limit) : text;
}

export function createOutputBuffer(limits: OutputLimits): OutputBuffer {
  let kept = '';
  let pending = '';
  let received = 0;
  return {
    append(raw) {
      const text = raw.replace(UNSEEN, '');
      received += text.length;
      kept = keepTail(kept + text, limits.maxChars);
      pending = keepTail(pending + text, limits.pendingChars);
    },
    text: () => kept,
    tail: () => keepTail(kept, TAIL_CHARS),
    drain() {
      const text = pending;
      pending = '';
      return text;
    },
    truncated: () => received > kept.length,
    received: () => received,
  };
}
