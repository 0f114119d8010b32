import { splitMediaLines } from './media-lines.ts';

/**
 * Takes `MEDIA:` lines out of a text that comes in pieces (reference agent/sessions.md §17.2). A line that may name
 * media is held back until it is complete; inside code fences every line is text.
 */
export interface MediaLineFilter {
  push(delta: string): string;
}

const MARKER = 'MEDIA:';
const FENCE = /^\s{0,3}(?:`{3,}|~{3,})/;
const FENCE_MAX_CHARS = 8;

export function createMediaLineFilter(): MediaLineFilter {
  /** The line under way: its beginning, enough to tell what it is, or all of it when it is held back. */
  let line = '';
  let passing = false;
  let fenced = false;

  const endLine = (newline: string): string => {
    const done = line;
    const wasPassing = passing;
    line = '';
    passing = false;
    if (FENCE.test(done)) fenced = !fenced;
    if (wasPassing) return newline;
    const media = splitMediaLines(done);
    if (!media.changed) return done + newline;
    return media.text === '' ? '' : media.text + newline;
  };

  const goOn = (piece: string): string => {
    if (passing) {
      if (line.length < FENCE_MAX_CHARS) line += piece.slice(0, FENCE_MAX_CHARS);
      return piece;
    }
    line += piece;
    if (!fenced && mayBeMedia(line)) return '';
    passing = true;
    return line;
  };

  return {
    push(delta) {
      const pieces = delta.split('\n');
      return pieces.map((piece, at) => goOn(piece) + (at < pieces.length - 1 ? endLine('\n') : '')).join('');
    },
  };
}

function mayBeMedia(line: string): boolean {
  const start = line.trimStart().slice(0, MARKER.length).toUpperCase();
  return MARKER.startsWith(start);
}
