/**
 * Some models write their thinking and their answer between tags of the text itself: `<think>…</think>`,
 * `<final>…</final>` (reference agent/models.md §9.7). Readers see neither the tags nor the thinking. Tags in code are
 * text like any other.
 */

const THINKING_NAMES = ['think', 'thinking', 'thought', 'antthinking'];
const TAG_NAMES = [...THINKING_NAMES, 'final'];
const TAG_MAX_CHARS = 80;
const THINKING_TAG = new RegExp(`<\\s*(/?)\\s*(?:${THINKING_NAMES.join('|')})\\s*>`, 'gi');
const MARK = new RegExp(`\`{3,}|\`|\\n|<\\s*(/?)\\s*(${TAG_NAMES.join('|')})\\b[^<>]{0,${TAG_MAX_CHARS}}>`, 'gi');
const UNFINISHED_TAG = new RegExp(`<\\s*/?\\s*([a-z]*)([^<>]{0,${TAG_MAX_CHARS}})$`, 'i');
const UNFINISHED_CODE = /(?<!`)`{1,2}$/;

/** Takes tags and thinking out of a text that comes in pieces. What may yet become a tag is held back. */
export interface ThinkingTagFilter {
  push(delta: string): string;
  /** What was held back and turned out to be text. */
  flush(): string;
}

export function createThinkingTagFilter(): ThinkingTagFilter {
  let held = '';
  let thinking = false;
  let code: 'none' | 'span' | 'fence' = 'none';

  const read = (text: string): string => {
    let shown = '';
    let at = 0;
    for (const match of text.matchAll(MARK)) {
      const [mark, slash, name] = match;
      if (!thinking) shown += text.slice(at, match.index);
      at = match.index;
      if (name === undefined) {
        if (!thinking) code = codeAfter(code, mark);
        continue;
      }
      if (code !== 'none') continue;
      at += mark.length;
      if (THINKING_NAMES.includes(name.toLowerCase())) thinking = slash === '';
    }
    return thinking ? shown : shown + text.slice(at);
  };

  return {
    push(delta) {
      const pending = held + delta;
      const end = heldFrom(pending);
      held = pending.slice(end);
      return read(pending.slice(0, end));
    },
    flush() {
      const rest = read(held);
      held = '';
      return rest;
    },
  };
}

/** A whole text without tags and thinking. */
export function withoutThinkingTags(text: string): string {
  if (!text.includes('<')) return text;
  const filter = createThinkingTagFilter();
  return filter.push(text) + filter.flush();
}

export type ThinkingPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string };

/**
 * Parts a text that begins with a tag into thinking and answer. Undefined for every other text, in which a tag may be what
 * it talks about, and for tags that do not match up.
 */
export function splitThinking(text: string): readonly ThinkingPart[] | undefined {
  if (!text.trimStart().startsWith('<')) return undefined;
  const parts: ThinkingPart[] = [];
  let isThinking = false;
  let at = 0;
  for (const match of text.matchAll(THINKING_TAG)) {
    const isOpening = match[1] === '';
    if (isOpening === isThinking) return undefined;
    const piece = text.slice(at, match.index);
    parts.push(isThinking ? { type: 'thinking', thinking: piece.trim() } : { type: 'text', text: piece.trimStart() });
    isThinking = isOpening;
    at = match.index + match[0].length;
  }
  if (at === 0 || isThinking) return undefined;
  parts.push({ type: 'text', text: text.slice(at).trimStart() });
  return parts.filter((part) => (part.type === 'text' ? part.text : part.thinking) !== '');
}

function codeAfter(code: 'none' | 'span' | 'fence', mark: string): 'none' | 'span' | 'fence' {
  if (mark === '\n') return code === 'span' ? 'none' : code;
  if (mark.length >= 3) return code === 'fence' ? 'none' : code === 'none' ? 'fence' : code;
  if (code === 'fence') return code;
  return code === 'span' ? 'none' : 'span';
}

function heldFrom(text: string): number {
  const tag = UNFINISHED_TAG.exec(text);
  if (tag !== null && isTagStart(tag[1] ?? '', tag[2] ?? '')) return tag.index;
  return UNFINISHED_CODE.exec(text)?.index ?? text.length;
}

function isTagStart(written: string, rest: string): boolean {
  const name = written.toLowerCase();
  return rest === '' ? TAG_NAMES.some((known) => known.startsWith(name)) : TAG_NAMES.includes(name);
}
