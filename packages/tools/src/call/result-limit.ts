import type { ToolResult } from '../tool.ts';

const RESULT_MAX_CHARS = 400_000;
const CONTEXT_SHARE = 0.3;
const CHARS_PER_TOKEN = 4;
const BLOCK_MIN_CHARS = 2000;
/**
 * Share of what is kept that comes from the beginning; the rest comes from the end, where outcomes stand. The head alone
 * fills what the guard of a window leaves of one result, so that its cut reads as it always did.
 */
const HEAD_SHARE = 0.85;
/** A line end this near to a cut is where the cut is made. */
const NEWLINE_CUT_SHARE = 0.8;
/** Before the handle of a result that is kept whole; `read` takes it as a path. */
export const RESULT_PATH_PREFIX = 'tool-result:';

/** Most characters one tool result may hold for a model with this context window (reference agent/tools.md ). */
function maxResultChars(contextWindowTokens: number): number {
  return Math.min(RESULT_MAX_CHARS, Math.floor(contextWindowTokens * CONTEXT_SHARE) * CHARS_PER_TOKEN);
}

/** What stands in the place of what was left out. */
function notice(leftOut: number, handle: string | undefined): string {
  const way =
    handle === undefined
      ? 'Ask for a smaller part, for example with offset and limit.'
      : `The whole result is kept: call read with path "${RESULT_PATH_PREFIX}${handle}", and offset and limit in lines.`;
  return `\n\n[Output cut: ${leftOut} characters are left out here. ${way}]\n\n`;
}

function cut(text: string, budget: number, handle: string | undefined): string {
  if (text.length <= budget) return text;
  // The count in the notice is never longer than the length of the text itself.
  const room = Math.max(0, budget - notice(text.length, handle).length);
  const head = headOf(text, Math.floor(room * HEAD_SHARE));
  const tail = tailOf(text, room - Math.floor(room * HEAD_SHARE));
  return head + notice(text.length - head.length - tail.length, handle) + tail;
}

function headOf(text: string, limit: number): string {
  const newline = text.lastIndexOf('\n', limit);
  return text.slice(0, newline > limit * NEWLINE_CUT_SHARE ? newline : limit);
}

function tailOf(text: string, limit: number): string {
  const from = text.length - limit;
  const newline = text.indexOf('\n', from);
  const isNear = newline >= 0 && newline - from < limit * (1 - NEWLINE_CUT_SHARE);
  return text.slice(isNear ? newline + 1 : from);
}

/** All text of a result, as it is kept. */
export function wholeText({ content }: ToolResult): string {
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/**
 * The result with its text blocks cut so that together they fit: head and tail, and the handle of the whole where there is
 * one. The blocks share the budget in proportion to their length. A result that fits is returned as it is.
 */
export function limitResult(result: ToolResult, contextWindowTokens: number, handle?: string): ToolResult {
  const budget = maxResultChars(contextWindowTokens);
  const total = result.content.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
  if (total <= budget) return result;
  const content = result.content.map((part) => {
    if (part.type !== 'text') return part;
    const share = Math.max(BLOCK_MIN_CHARS, Math.floor((part.text.length / total) * budget));
    return { ...part, text: cut(part.text, share, handle) };
  });
  return { ...result, content };
}
