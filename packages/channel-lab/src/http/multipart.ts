/** A part of a `multipart/form-data` body. */
export interface FormPart {
  readonly name: string;
  readonly fileName?: string;
  readonly contentType?: string;
  readonly bytes: Buffer;
}

/** Reads a whole `multipart/form-data` body, also headers that are written without blanks and quotes. */
export function readMultipart(body: Buffer, contentType: string): readonly FormPart[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error('a multipart body without a boundary');
  const mark = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  for (let from = body.indexOf(mark); from >= 0; ) {
    const start = from + mark.length;
    const end = body.indexOf(mark, start);
    if (end < 0) break;
    // Between the marks: CRLF, the part, CRLF.
    parts.push(readPart(body.subarray(start + 2, end - 2)));
    from = end;
  }
  return parts;
}

function readPart(part: Buffer): FormPart {
  const gap = part.indexOf('\r\n\r\n');
  const head = part.subarray(0, gap).toString('utf8');
  const fileName = /filename="?([^";\r\n]+)"?/i.exec(head)?.[1];
  const contentType = /content-type:\s*([^\r\n]+)/i.exec(head)?.[1];
  return {
    name: /(?:^|[;\s])name="([^"]*)"/i.exec(head)?.[1] ?? '',
    ...(fileName !== undefined && { fileName }),
    ...(contentType !== undefined && { contentType }),
    bytes: part.subarray(gap + 4),
  };
}
