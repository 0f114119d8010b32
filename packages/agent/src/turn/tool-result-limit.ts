import type { ImagePart, TextPart } from '@chela/models';

/** The most text one tool result keeps when it is stored (reference agent/tools.md ). Pure. */

const HARD_MAX_CHARS = 400_000;
const WINDOW_SHARE = 0.3;
const CHARS_PER_TOKEN = 4;
const BLOCK_MIN_CHARS = 2_000;
const NEWLINE_SHARE = 0.8;

export function maxToolResultChars(contextWindowTokens: number): number {
  return Math.min(HARD_MAX_CHARS, Math.floor(contextWindowTokens * WINDOW_SHARE) * CHARS_PER_TOKEN);
}

/** Text blocks share the budget in proportion to their length and are cut at a line end where one is near. */
export function limitToolResult(
  content: readonly (TextPart | ImagePart)[],
  contextWindowTokens: number,
): readonly (TextPart | ImagePart)[] {
  const budget = maxToolResultChars(contextWindowTokens);
  const total = content.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
  if (total <= budget) return content;
  return content.map((part) => {
    if (part.type === 'image') return part;
    const share = Math.max(BLOCK_MIN_CHARS, Math.floor((part.text.length / total) * budget));
    return part.text.length <= share ? part : { type: 'text', text: cut(part.text, share) };
  });
}

function cut(text: string, limit: number): string {
  const newline = text.lastIndexOf('\n', limit);
  const kept = text.slice(0, newline > limit * NEWLINE_SHARE ? newline : limit);
  return `${kept}\n\n[Output cut: ${kept.length} of ${text.length} characters kept. Ask for a smaller part to see the rest.]`;
}
