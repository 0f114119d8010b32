/** Splits a stream of bytes into lines. */
export interface MessageLines {
  /** Adds bytes and returns the lines they complete; undefined when a line grows too long. */
  add(chunk: Buffer): readonly string[] | undefined;
}

const NEWLINE = 0x0a;

export function createMessageLines(maxBytes: number): MessageLines {
  let pieces: Buffer[] = [];
  let size = 0;
  const take = (): string => {
    const line = Buffer.concat(pieces).toString('utf8').trim();
    pieces = [];
    size = 0;
    return line;
  };
  return {
    add(chunk) {
      const lines: string[] = [];
      let rest = chunk;
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        pieces.push(rest.subarray(0, end));
        lines.push(take());
        rest = rest.subarray(end + 1);
      }
      size += rest.byteLength;
      if (size > maxBytes) return undefined;
      if (rest.byteLength > 0) pieces.push(rest);
      return lines.filter((line) => line !== '');
    },
  };
}
