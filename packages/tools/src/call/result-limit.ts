import type { ToolResult } from '../tool.ts';

const RESULT_MAX_CHARS = 400_000;
const CONTEXT_SHARE = 0.3;
const CHARS_PER_TOKEN = 4;
const BLOCK_MIN_CHARS = 2000;
const NEWLINE_CUT_SHARE = 0.8;
const NOTICE =
  '\n\n[Output cut: this result was too large to keep in full. Ask for a smaller part, for example with offset and limit.]';

/** Most characters one tool result may hold for a model with this context window (reference agent/tools.md ). */
function maxResultChars(contextWindowTokens: number): number {
  return Math.min(RESULT_MAX_CHARS, Math.floor(contextWindowTokens * CONTEXT_SHARE) * CHARS_PER_TOKEN);
}

function cut(text: string, budget: number): string {
  if (text.length <= budget) return text;
  const newline = text.lastIndexOf('\n', budget);
  return text.slice(0, newline > budget * NEWLINE_CUT_SHARE ? newline : budget) + NOTICE;
}

/** The result with its text blocks cut so that together they fit; the blocks share the budget in proportion to their length. */
export function limitResult(result: ToolResult, contextWindowTokens: number): ToolResult {
  const budget = maxResultChars(contextWindowTokens);
  const total = result.content.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
  if (total <= budget) return result;
  const content = result.content.map((part) => {
    if (part.type !== 'text') return part;
    const share = Math.max(BLOCK_MIN_CHARS, Math.floor((part.text.length / total) * budget));
    return { ...part, text: cut(part.text, share) };
  });
  return { ...result, content };
}
