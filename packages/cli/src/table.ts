/** Cuts text into lines of at most `width` characters, at spaces where there are some. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    const joined = line ? `${line} ${rest}` : rest;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line) lines.push(line);
    while (rest.length > width) {
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
    line = rest;
  }
  return [...lines, line];
}

/**
 * A box-drawn table no wider than `width`; long cells of the last column wrap (reference cli/cli.md §3).
 * Each row has as many cells as `head`.
 */
export function boxTable(head: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  const all = [head, ...rows];
  const natural = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const frame = head.length * 3 + 1;
  const last = head.length - 1;
  const others = natural.slice(0, last).reduce((sum, size) => sum + size, 0);
  const widths = natural.map((size, column) =>
    column === last ? Math.max(10, Math.min(size, width - frame - others)) : size,
  );
  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map((size) => '─'.repeat(size + 2)).join(middle) + right;
  const print = (row: readonly string[]): string[] => {
    const cells = row.map((cell, column) => wrap(cell, widths[column] ?? cell.length));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from(
      { length: height },
      (_, at) => `│ ${cells.map((lines, column) => (lines[at] ?? '').padEnd(widths[column] ?? 0)).join(' │ ')} │`,
    );
  };
  return [rule('┌', '┬', '┐'), ...print(head), rule('├', '┼', '┤'), ...rows.flatMap(print), rule('└', '┴', '┘')];
}
