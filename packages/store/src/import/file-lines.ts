import { open } from 'node:fs/promises';

/** Read in one go; also about what one import transaction holds. */
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
/** A longer line is dropped: it is no transcript entry any more. */
const LINE_LIMIT_BYTES = 64 * 1024 * 1024;

export interface LineChunk {
  readonly lines: readonly string[];
  /** Offset in the file behind the last of these lines. */
  readonly end: number;
  /** Lines left out because they are too long. */
  readonly tooLong: number;
}

/**
 * Reads a file's lines from `start` in bounded chunks. The last line counts even without a newline at its end. Empty
 * lines are left out.
 */
export async function* readLines(file: string, start: number): AsyncGenerator<LineChunk> {
  const handle = await open(file, 'r');
  try {
    let rest: Buffer[] = [];
    let restBytes = 0;
    let position = start;
    let skipping = false;
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
      position += bytesRead;
      const data = buffer.subarray(0, bytesRead);
      const cut = bytesRead === 0 ? -1 : data.lastIndexOf(NEWLINE);
      if (bytesRead > 0 && cut < 0) {
        rest = skipping ? [] : [...rest, data];
        restBytes = skipping ? 0 : restBytes + bytesRead;
        if (restBytes > LINE_LIMIT_BYTES) {
          skipping = true;
          rest = [];
          restBytes = 0;
        }
        continue;
      }
      const complete = Buffer.concat([...rest, data.subarray(0, Math.max(cut, 0))]).toString('utf8');
      const lines = complete.split('\n');
      const tooLong = skipping ? 1 : 0;
      if (skipping) lines.shift();
      yield {
        lines: lines.filter((line) => line.trim() !== ''),
        end: bytesRead === 0 ? position : position - (bytesRead - cut - 1),
        tooLong,
      };
      if (bytesRead === 0) return;
      skipping = false;
      rest = [data.subarray(cut + 1)];
      restBytes = data.length - cut - 1;
    }
  } finally {
    await handle.close();
  }
}

/** The first and the last bytes of a file as text; both are the whole file when it is small. */
export async function readEnds(file: string, bytes: number): Promise<{ readonly head: string; readonly tail: string }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const read = async (position: number): Promise<string> => {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(bytes), 0, bytes, position);
      return buffer.subarray(0, bytesRead).toString('utf8');
    };
    const head = await read(0);
    return { head, tail: size <= bytes ? head : await read(size - bytes) };
  } finally {
    await handle.close();
  }
}
