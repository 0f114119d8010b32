import { EmbeddingError, type EmbeddingWire } from '../embedding-request.ts';

export interface VendorCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 120_000;
const ANSWER_MAX_CHARS = 512 * 1024 * 1024;
const ERROR_CHARS = 500;

/** One call of a vendor's interface for jobs; resolves with the body as text. Rejects with an EmbeddingError for an error status. */
export async function vendorCall({ transport }: EmbeddingWire, call: VendorCall): Promise<string> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const response = await transport({ ...call, signal });
  const pieces: string[] = [];
  let size = 0;
  for await (const piece of response.body) {
    pieces.push(piece);
    size += piece.length;
    if (size > ANSWER_MAX_CHARS) throw new Error('the embedding provider sent too much');
  }
  const text = pieces.join('');
  if (response.status >= 200 && response.status < 300) return text;
  throw new EmbeddingError(`batch failed: ${response.status} ${text.slice(0, ERROR_CHARS)}`, response.status);
}

/** A multipart body of parts with headers of their own. */
export function multipart(
  boundary: string,
  parts: readonly { readonly head: string; readonly content: string }[],
): Buffer {
  const text = parts.map(({ head, content }) => `--${boundary}\r\n${head}\r\n\r\n${content}\r\n`).join('');
  return Buffer.from(`${text}--${boundary}--\r\n`);
}

/** The objects of a text that has one on each line. */
export function jsonLines(text: string): readonly unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line));
}
