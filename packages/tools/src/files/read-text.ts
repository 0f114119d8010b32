import { readPage, type Truncation } from './read-page.ts';

const PAGES_MAX = 8;
const CHARS_PER_TOKEN = 4;
const CONTEXT_SHARE = 0.2;
const OUTPUT_MIN_BYTES = 50 * 1024;
const OUTPUT_MAX_BYTES = 512 * 1024;

export interface TextRead {
  readonly text: string;
  readonly truncation?: Truncation;
}

/** Most bytes one `read` without a limit returns for a model with this context window (reference agent/tools.md ). */
function readBudgetBytes(contextWindowTokens: number): number {
  const share = Math.floor(contextWindowTokens * CHARS_PER_TOKEN * CONTEXT_SHARE);
  return Math.min(OUTPUT_MAX_BYTES, Math.max(OUTPUT_MIN_BYTES, share));
}

function roundedSize(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)}KB` : `${(bytes / (1024 * 1024)).toFixed(1)}MB`;
}

/**
 * The part of a file a `read` returns. With `limit`, one page; without, as many pages as the budget holds, joined by a
 * blank line.
 */
export function readText(
  content: string,
  window: { readonly offset: number | undefined; readonly limit: number | undefined },
  shownPath: string,
  contextWindowTokens: number,
): TextRead {
  const lines = content.split('\n');
  const first = readPage(lines, window.offset, window.limit, shownPath);
  const budget = readBudgetBytes(contextWindowTokens);
  if (window.limit !== undefined) {
    return { text: first.text + first.notice, ...(first.truncation && { truncation: first.truncation }) };
  }
  const texts = [first.text];
  let bytes = Buffer.byteLength(first.text);
  let last = first;
  while (last.nextOffset !== undefined) {
    const next = readPage(lines, last.nextOffset, undefined, shownPath);
    const size = Buffer.byteLength(next.text) + 2;
    if (texts.length >= PAGES_MAX || bytes + size > budget) {
      const notice = `[Read output capped at ${roundedSize(budget)} for this call. Use offset=${last.nextOffset} to continue.]`;
      return { text: [...texts, notice].join('\n\n'), ...(first.truncation && { truncation: first.truncation }) };
    }
    texts.push(next.text);
    bytes += size;
    last = next;
  }
  return { text: texts.join('\n\n'), ...(last.truncation && { truncation: last.truncation }) };
}
