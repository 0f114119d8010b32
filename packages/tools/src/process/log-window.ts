const DEFAULT_LINES = 200;

export interface LogWindow {
  readonly text: string;
  readonly totalLines: number;
  readonly totalChars: number;
}

/**
 * Lines of a command's output: from the 0-based line `offset`, at most `limit`; without `offset`, the last ones
 * (reference agent/tools.md §5).
 */
export function logWindow(output: string, offset: number | undefined, limit: number | undefined): LogWindow {
  const lines = output.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const total = lines.length;
  const count = limit === undefined ? undefined : Math.max(0, Math.floor(limit));
  const byDefault = offset === undefined && count === undefined;
  const size = byDefault ? DEFAULT_LINES : (count ?? total);
  const start = offset === undefined ? Math.max(0, total - size) : Math.max(0, Math.floor(offset));
  const text = lines.slice(start, start + size).join('\n');
  const note =
    byDefault && total > DEFAULT_LINES
      ? `\n\n[showing last ${DEFAULT_LINES} of ${total} lines; pass offset/limit to page]`
      : '';
  return { text: text + note, totalLines: total, totalChars: output.length };
}
