import type { PatchChunk } from './parse.ts';

interface Replacement {
  readonly start: number;
  readonly removed: number;
  readonly inserted: readonly string[];
}

function plain(line: string): string {
  return line
    .trim()
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2018\u2019\u201A\u201B]/g, "'")
    .replace(/[\u201C\u201D\u201E\u201F]/g, '"')
    .replace(/[\u00A0\u2002-\u200A\u202F\u205F\u3000]/g, ' ');
}

/** From strict to lenient: a later form is tried only when no place fits an earlier one. */
const FORMS: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => line.trimEnd(),
  (line) => line.trim(),
  plain,
];

/** First index from `start` at which `wanted` stands in `lines`, or undefined. `atEnd` looks at the last possible place. */
function seek(lines: readonly string[], wanted: readonly string[], start: number, atEnd: boolean): number | undefined {
  if (wanted.length === 0) return start;
  const last = lines.length - wanted.length;
  if (last < 0) return undefined;
  const from = atEnd ? last : start;
  for (const form of FORMS) {
    const target = wanted.map(form);
    for (let at = from; at <= last; at += 1) {
      if (target.every((line, index) => form(lines[at + index] ?? '') === line)) return at;
    }
  }
  return undefined;
}

function locate(lines: readonly string[], chunks: readonly PatchChunk[], path: string): readonly Replacement[] {
  const found: Replacement[] = [];
  let position = 0;
  for (const chunk of chunks) {
    if (chunk.context !== undefined) {
      const at = seek(lines, [chunk.context], position, false);
      if (at === undefined) throw new Error(`Failed to find context '${chunk.context}' in ${path}`);
      position = at + 1;
    }
    if (chunk.oldLines.length === 0) {
      found.push({ start: lines.length, removed: 0, inserted: chunk.newLines });
      continue;
    }
    let { oldLines, newLines } = chunk;
    let at = seek(lines, oldLines, position, chunk.atEnd);
    if (at === undefined && oldLines.at(-1) === '') {
      // An empty last line often stands for the file's final newline, which is no line here.
      oldLines = oldLines.slice(0, -1);
      if (newLines.at(-1) === '') newLines = newLines.slice(0, -1);
      at = seek(lines, oldLines, position, chunk.atEnd);
    }
    if (at === undefined) throw new Error(`Failed to find expected lines in ${path}:\n${chunk.oldLines.join('\n')}`);
    found.push({ start: at, removed: oldLines.length, inserted: newLines });
    position = at + oldLines.length;
  }
  return found;
}

/** The text of a file after its chunks; it always ends with a newline. `path` names the file in errors. */
export function updateText(content: string, chunks: readonly PatchChunk[], path: string): string {
  const lines = content.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const replacements = locate(lines, chunks, path).toSorted((a, b) => b.start - a.start);
  // From the end, so that earlier positions stay true.
  for (const { start, removed, inserted } of replacements) lines.splice(start, removed, ...inserted);
  return lines.at(-1) === '' ? lines.join('\n') : `${lines.join('\n')}\n`;
}
