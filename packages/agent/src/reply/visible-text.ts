import { createMediaLineFilter } from './media-filter.ts';
import { SILENT_REPLY_TOKEN } from './silent-reply.ts';
import { createThinkingTagFilter } from './thinking-tags.ts';

/**
 * Turns the raw deltas of one assistant message into what may be shown while it is still being written: no thinking,
 * no directive tags, no media lines, no silent token, no white space at the ends. Text that could still become one of these is held back, so what
 * was shown is never taken back. Work per delta depends on the delta, not on the length of the answer.
 */
export interface VisibleText {
  /** The piece that becomes visible with this delta; empty when nothing does. */
  push(delta: string): string;
  /** Everything shown so far. */
  text(): string;
}

/** With the blanks around it, which are one when it is gone. */
const TAG = /[ \t]*\[\[\s*(?:reply_to_current|audio_as_voice|reply_to\s*:[^\]\n]*)\s*\]\][ \t]*/gi;
const TAG_AT_END = new RegExp(`${TAG.source}$`, 'i');
/** An opening bracket pair that may still grow into a tag. */
const OPEN_TAG = /\[(?:\[[^\]\n]{0,200}\]?)?$/;
const TRAILING_SPACE = /\s+$/;

export function createVisibleText(): VisibleText {
  let shown = '';
  let held = '';
  let silent = false;
  /** The last thing that came was a tag: blanks behind it belong to it. */
  let behindTag = false;
  const spoken = createThinkingTagFilter();
  const lines = createMediaLineFilter();
  return {
    push(raw) {
      if (silent) return '';
      const delta = lines.push(spoken.push(raw));
      const fresh = behindTag ? delta.replace(/^[ \t]+/, '') : delta;
      const written = behindTag && fresh.startsWith('\n') ? held.replace(/[ \t]+$/, '') + fresh : held + fresh;
      behindTag = fresh === '' ? behindTag : TAG_AT_END.test(written);
      const pending = withoutTags(written, shown.at(-1));
      if (shown === '' && isSilentStart(pending)) {
        silent = true;
        return '';
      }
      const keep = holdBack(pending, shown.at(-1) ?? '');
      held = pending.slice(keep);
      const piece = pending.slice(0, keep);
      shown += piece;
      return piece;
    },
    text: () => shown,
  };
}

/** `before` is the last character that was shown; undefined at the start. */
function withoutTags(text: string, before: string | undefined): string {
  const plain = text.includes('[[')
    ? text.replace(TAG, (tag: string, at: number) => {
        const isAtEdge = /^\n?$/.test(text.charAt(at - 1) || before || '') || text.charAt(at + tag.length) === '\n';
        return isAtEdge ? '' : ' ';
      })
    : text;
  return before === undefined ? plain.trimStart() : plain;
}

function isSilentStart(text: string): boolean {
  return text.startsWith(SILENT_REPLY_TOKEN) && /^\W/.test(text.slice(SILENT_REPLY_TOKEN.length));
}

/** The length of the part that can be shown: what follows may yet turn out to be a tag, a token or trailing space. */
function holdBack(text: string, before: string): number {
  let end = text.length;
  const tag = OPEN_TAG.exec(text);
  if (tag !== null) end = tag.index;
  end = Math.min(end, tokenStart(text.slice(0, end), before));
  return TRAILING_SPACE.exec(text.slice(0, end))?.index ?? end;
}

/** Where an unfinished or complete silent token at the end begins; the length of the text when there is none. */
function tokenStart(text: string, before: string): number {
  const complete = /\bNO_REPLY\W*$/.exec(text);
  if (complete !== null) return complete.index;
  for (let size = Math.min(SILENT_REPLY_TOKEN.length - 1, text.length); size > 0; size -= 1) {
    const at = text.length - size;
    if (!text.endsWith(SILENT_REPLY_TOKEN.slice(0, size))) continue;
    if (!/\w/.test(at === 0 ? before : text.charAt(at - 1))) return at;
  }
  return text.length;
}
