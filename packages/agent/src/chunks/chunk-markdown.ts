import { hardCut, softCut } from './chunk-text.ts';
import { type Fence, fenceAt, fencesOf } from './fences.ts';

/**
 * Cuts markdown into pieces of at most `limit` UTF-16 units. A piece that ends inside a fenced block closes it, and the
 * next one opens it again. Where the limit is too small to hold a fence with content, it is cut like any text. Pure.
 */
export function chunkMarkdown(text: string, limit: number): readonly string[] {
  if (text === '') return [];
  if (limit <= 0) return [text];
  const chunks: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const { chunk, next } = cutMarkdown(rest, limit);
    if (chunk !== '') chunks.push(chunk);
    rest = next;
  }
  return rest === '' ? chunks : [...chunks, rest];
}

interface Cut {
  readonly chunk: string;
  readonly next: string;
}

function cutMarkdown(text: string, limit: number): Cut {
  const fences = fencesOf(text);
  const soft = softCut(text.slice(0, limit), (at) => fenceAt(fences, at) === undefined);
  const plainAt = soft ?? hardCut(text, limit);
  const fence = soft === undefined ? fenceAt(fences, plainAt) : undefined;
  if (fence === undefined) return cutPlain(text, plainAt);
  // A fence that finds no room here begins the next piece; where it stands first, it is cut like any text.
  return cutFence(text, limit, fence) ?? cutPlain(text, fence.start > 0 ? fence.start - 1 : plainAt);
}

function cutPlain(text: string, at: number): Cut {
  return { chunk: text.slice(0, at), next: withoutSeparator(text, at).replace(/^\n+/, '') };
}

/** Undefined when there is no room for a line of content between the two ends of the fence. */
function cutFence(text: string, limit: number, { start, openLine, closeLine }: Fence): Cut | undefined {
  const contentAt = start + openLine.length + 1;
  const lineEnd = text.lastIndexOf('\n', limit - closeLine.length - 1) + 1;
  if (lineEnd > contentAt) {
    return { chunk: `${text.slice(0, lineEnd)}${closeLine}`, next: `${openLine}\n${withoutSeparator(text, lineEnd)}` };
  }
  const at = hardCut(text, limit - closeLine.length - 1);
  if (at <= contentAt) return undefined;
  return { chunk: `${text.slice(0, at)}\n${closeLine}`, next: `${openLine}\n${withoutSeparator(text, at)}` };
}

/** What stands behind a cut, without the white space it was made at. */
function withoutSeparator(text: string, at: number): string {
  return /\s/.test(text.charAt(at)) ? text.slice(at + 1) : text.slice(at);
}
