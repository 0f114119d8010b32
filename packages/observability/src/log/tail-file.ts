import { type FileHandle, open } from 'node:fs/promises';

export interface LogTail {
  /** Byte offset behind the last line; give it back to continue. */
  readonly cursor: number;
  readonly size: number;
  readonly lines: readonly string[];
  /** True when lines before the first one were passed over for their size. */
  readonly truncated: boolean;
  /** True when the cursor was of no use: the file is shorter, or too much was written since. */
  readonly reset: boolean;
}

const NEWLINE = 10;

/** Reads the last lines of a file, at most `bytes` of it. A missing file is an empty one. */
export async function tailFile(
  path: string,
  asked: { readonly cursor: number | undefined; readonly lines: number; readonly bytes: number },
): Promise<LogTail> {
  const file = await openExisting(path);
  if (file === undefined) return { cursor: 0, size: 0, lines: [], truncated: false, reset: false };
  try {
    const { size } = await file.stat();
    const { start, truncated, reset } = window(size, asked);
    const lines = await readLines(file, start, size);
    return { cursor: size, size, lines: lines.slice(-asked.lines), truncated, reset };
  } finally {
    await file.close();
  }
}

/** Which part to read: from the cursor when it is of use, else the end. */
function window(
  size: number,
  { cursor, bytes }: { readonly cursor: number | undefined; readonly bytes: number },
): { readonly start: number; readonly truncated: boolean; readonly reset: boolean } {
  const end = Math.max(0, size - bytes);
  if (cursor === undefined) return { start: end, truncated: end > 0, reset: false };
  if (cursor > size) return { start: end, truncated: end > 0, reset: true };
  if (size - cursor > bytes) return { start: end, truncated: true, reset: true };
  return { start: cursor, truncated: false, reset: false };
}

async function readLines(file: FileHandle, start: number, end: number): Promise<readonly string[]> {
  if (end <= start) return [];
  const from = Math.max(0, start - 1);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(end - from), position: from });
  const read = buffer.subarray(0, bytesRead);
  const text = read.toString('utf8', start - from);
  const lines = text.split('\n');
  const startsInsideLine = start > 0 && read[0] !== NEWLINE;
  return (startsInsideLine ? lines.slice(1) : lines).filter((line) => line !== '');
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
