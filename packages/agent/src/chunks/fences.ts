/** A fenced code block inside markdown; `end` is exclusive and lies behind the closing line's last character. */
export interface Fence {
  readonly start: number;
  readonly end: number;
  /** The opening line as it was written, with its indent and info string. */
  readonly openLine: string;
  /** The line that closes it. */
  readonly closeLine: string;
}

/** The fenced blocks of a text in their order; one that is never closed reaches to the end. Pure. */
export function fencesOf(text: string): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { start: number; openLine: string; indent: string; marker: string } | undefined;
  let at = 0;
  for (const line of text.split('\n')) {
    const [, indent = '', marker = ''] = /^( {0,3})(`{3,}|~{3,})/.exec(line) ?? [];
    if (marker !== '') {
      if (open === undefined) open = { start: at, openLine: line, indent, marker };
      else if (marker.startsWith(open.marker)) {
        fences.push(fence(open, at + line.length));
        open = undefined;
      }
    }
    at += line.length + 1;
  }
  return open === undefined ? fences : [...fences, fence(open, text.length)];
}

/** The block a place lies inside of; its first character and the place behind it are outside. */
export function fenceAt(fences: readonly Fence[], at: number): Fence | undefined {
  return fences.find(({ start, end }) => at > start && at < end);
}

function fence(open: { start: number; openLine: string; indent: string; marker: string }, end: number): Fence {
  const { start, openLine, indent, marker } = open;
  return { start, end, openLine, closeLine: `${indent}${marker}` };
}
