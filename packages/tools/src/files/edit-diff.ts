const CONTEXT_LINES = 4;

export interface EditDiff {
  /** Lines with `+`, `-` or a blank, the line number right-aligned, and the text; gaps as `...`. */
  readonly diff: string;
  /** 1-based line of the new file where the first change stands. */
  readonly firstChangedLine: number | undefined;
}

function linesOf(value: string): string[] {
  const lines = value.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The changes between two texts, with four lines around each, for the `details` of an edit. */
export async function describeEdit(before: string, after: string): Promise<EditDiff> {
  const { diffLines } = await import('diff');
  const parts = diffLines(before, after);
  const width = String(Math.max(before.split('\n').length, after.split('\n').length)).length;
  const number = (line: number): string => String(line).padStart(width, ' ');
  const gap = ` ${' '.repeat(width)} ...`;
  const out: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  let firstChangedLine: number | undefined;

  for (const [index, part] of parts.entries()) {
    const lines = linesOf(part.value);
    if (part.added || part.removed) {
      firstChangedLine ??= newLine;
      for (const line of lines) {
        out.push(part.added ? `+${number(newLine)} ${line}` : `-${number(oldLine)} ${line}`);
        if (part.added) newLine += 1;
        else oldLine += 1;
      }
      continue;
    }
    const head = index > 0 ? CONTEXT_LINES : 0;
    const tail = index < parts.length - 1 ? CONTEXT_LINES : 0;
    const hidden = lines.length > head + tail;
    for (const [at, line] of lines.entries()) {
      const shown = !hidden || at < head || at >= lines.length - tail;
      if (shown) out.push(` ${number(oldLine)} ${line}`);
      else if (at === head) out.push(gap);
      oldLine += 1;
      newLine += 1;
    }
  }
  return { diff: out.join('\n'), firstChangedLine };
}
