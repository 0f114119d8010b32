/** Most lines and bytes of one page (reference agent/tools.md ). */
const PAGE_MAX_LINES = 2000;
const PAGE_MAX_BYTES = 50 * 1024;

/** How a file's text was cut; kept in the result's details for viewers. */
export interface Truncation {
  readonly truncated: boolean;
  readonly truncatedBy: 'lines' | 'bytes' | null;
  readonly totalLines: number;
  readonly totalBytes: number;
  readonly outputLines: number;
  readonly outputBytes: number;
  readonly lastLinePartial: false;
  readonly firstLineExceedsLimit: boolean;
  readonly maxLines: number;
  readonly maxBytes: number;
}

export interface Page {
  /** The lines alone. */
  readonly text: string;
  /** What to tell the model behind the text; empty when the file ended. */
  readonly notice: string;
  /** 1-based line to go on with; undefined at the end of the file or when paging cannot go on. */
  readonly nextOffset: number | undefined;
  readonly truncation?: Truncation;
}

/** A size for people: `512B`, `50.0KB`, `1.5MB`. */
function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)}KB`;
  return `${(bytes / (1024 * 1024)).toFixed(1)}MB`;
}

function fittingLines(lines: readonly string[]): { count: number; bytes: number; by: 'lines' | 'bytes' | null } {
  let bytes = 0;
  let count = 0;
  for (const line of lines) {
    if (count >= PAGE_MAX_LINES) return { count, bytes, by: 'lines' };
    const size = Buffer.byteLength(line) + (count > 0 ? 1 : 0);
    if (bytes + size > PAGE_MAX_BYTES) return { count, bytes, by: 'bytes' };
    bytes += size;
    count += 1;
  }
  return { count, bytes, by: null };
}

/**
 * One page of a file's text from the 1-based line `offset`, at most `limit` lines. `shownPath` is used in the hint for
 * a first line that is too long. Throws when the offset is past the end.
 */
export function readPage(
  lines: readonly string[],
  offset: number | undefined,
  limit: number | undefined,
  shownPath: string,
): Page {
  const start = offset ? Math.max(0, offset - 1) : 0;
  if (start >= lines.length) throw new Error(`Offset ${offset} is beyond end of file (${lines.length} lines total)`);
  const end = limit === undefined ? lines.length : Math.min(start + limit, lines.length);
  const wanted = lines.slice(start, end);
  const fit = fittingLines(wanted);
  const firstLineExceedsLimit = fit.by === 'bytes' && fit.count === 0;
  const truncation: Truncation = {
    truncated: fit.by !== null,
    truncatedBy: fit.by,
    totalLines: wanted.length,
    totalBytes: wanted.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, -1),
    outputLines: fit.count,
    outputBytes: fit.bytes,
    lastLinePartial: false,
    firstLineExceedsLimit,
    maxLines: PAGE_MAX_LINES,
    maxBytes: PAGE_MAX_BYTES,
  };
  const first = start + 1;
  if (firstLineExceedsLimit) {
    const size = formatBytes(Buffer.byteLength(wanted[0] ?? ''));
    const hint = `Use bash: sed -n '${first}p' ${shownPath} | head -c ${PAGE_MAX_BYTES}`;
    const text = `[Line ${first} is ${size}, exceeds ${formatBytes(PAGE_MAX_BYTES)} limit. ${hint}]`;
    return { text, notice: '', nextOffset: undefined, truncation };
  }
  const text = wanted.slice(0, fit.count).join('\n');
  if (fit.by !== null) {
    const last = start + fit.count;
    const limitNote = fit.by === 'bytes' ? ` (${formatBytes(PAGE_MAX_BYTES)} limit)` : '';
    const range = `Showing lines ${first}-${last} of ${lines.length}${limitNote}`;
    return { text, notice: `\n\n[${range}. Use offset=${last + 1} to continue.]`, nextOffset: last + 1, truncation };
  }
  if (end < lines.length) {
    const notice = `\n\n[${lines.length - end} more lines in file. Use offset=${end + 1} to continue.]`;
    return { text, notice, nextOffset: end + 1 };
  }
  return { text, notice: '', nextOffset: undefined };
}
