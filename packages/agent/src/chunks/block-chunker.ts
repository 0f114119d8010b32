import { hardCut } from './chunk-text.ts';
import { type Fence, fenceAt, fencesOf } from './fences.ts';

export interface BlockLimits {
  /** A block is at least this long, unless the answer ends, in UTF-16 units. */
  readonly minChars: number;
  readonly maxChars: number;
  readonly breakPreference?: 'paragraph' | 'newline' | 'sentence';
  /** A blank line ends a block however short it is; without one a block grows until it is full. */
  readonly flushOnParagraph?: boolean;
}

/** Blocks that are complete, and what waits for more text. */
export interface BlockState {
  readonly blocks: readonly string[];
  readonly rest: string;
}

const PARAGRAPH = /\n[\t ]*\n+/g;
const SENTENCE_END = /[.!?](?=\s|$)/g;

/**
 * Takes complete blocks off the head of a growing answer (reference agent/sessions.md §18). Nothing is cut inside a
 * fenced block unless it is full; then it is closed and opened again in the next block. With `isLast` everything goes
 * out. Pure: call it with `rest` and the new text.
 */
export function takeBlocks(text: string, limits: BlockLimits, isLast = false): BlockState {
  const blocks: string[] = [];
  let rest = text;
  while (rest !== '') {
    const fences = fencesOf(rest);
    const at =
      cutOf(rest, fences, limits) ?? (rest.length >= limits.maxChars ? hardCut(rest, limits.maxChars) : undefined);
    if (at === undefined || (isLast && rest.length <= limits.maxChars)) break;
    const { block, next } = cutAt(rest, at, fenceAt(fences, at));
    if (block.trim() !== '') blocks.push(block);
    rest = next;
  }
  if (!isLast) return { blocks, rest };
  return { blocks: rest.trim() === '' ? blocks : [...blocks, rest], rest: '' };
}

function cutAt(text: string, at: number, fence: Fence | undefined): { readonly block: string; readonly next: string } {
  const head = text.slice(0, at);
  // A cut in the opening line cannot be mended by opening the block again: it would never end.
  if (fence === undefined || at <= fence.start + fence.openLine.length + 1) {
    const from = /\s/.test(text.charAt(at)) ? at + 1 : at;
    return { block: head, next: text.slice(from).replace(/^\n+/, '') };
  }
  const gap = head.endsWith('\n') ? '' : '\n';
  return {
    block: `${head}${gap}${fence.closeLine}\n`,
    next: `${fence.openLine}\n${text.slice(at).replace(/^\n/, '')}`,
  };
}

/** Where a person would cut; undefined while it is better to wait. */
function cutOf(text: string, fences: readonly Fence[], limits: BlockLimits): number | undefined {
  const isFull = text.length >= limits.maxChars;
  const isOutside = (at: number): boolean => at > 0 && fenceAt(fences, at) === undefined;
  if (limits.flushOnParagraph === true) {
    const paragraph = places(text.slice(0, limits.maxChars), PARAGRAPH).find(isOutside);
    if (paragraph !== undefined || !isFull) return paragraph;
  }
  const minChars = limits.flushOnParagraph === true ? 1 : limits.minChars;
  if (text.length < minChars) return undefined;
  const window = text.slice(0, limits.maxChars);
  const isAllowed = (at: number): boolean => at >= minChars && isOutside(at);
  const last = (found: readonly number[]): number | undefined => found.findLast(isAllowed);
  const preference = limits.breakPreference ?? 'paragraph';
  if (preference === 'paragraph') {
    const paragraph = places(window, PARAGRAPH).find(isAllowed);
    if (paragraph !== undefined) return paragraph;
  }
  if (preference !== 'sentence') {
    const newline = last(places(window, /\n/g));
    if (newline !== undefined) return newline;
  }
  if (preference === 'newline') return isFull ? last(places(window, /\s/g)) : undefined;
  return last(places(window, SENTENCE_END).map((at) => at + 1)) ?? last(places(window, /\s/g));
}

function places(text: string, pattern: RegExp): readonly number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index);
}
