import type { IncomingMessage } from 'node:http';
import type { Clock } from '@chela/observability';

/** A JSON body, or why there is none. `gone`: the client left, nobody waits for an answer. */
export type BodyReading =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly status: 400; readonly message: string }
  | { readonly kind: 'refused'; readonly status: 408 | 413 }
  | { readonly kind: 'gone' };

const READ_TIMEOUT_MS = 30_000;
/** How long the rest of a body that is too large is read and thrown away, so that its sender sees the answer. */
const DISCARD_MAX_MS = 2_000;

/** Reads a request's JSON body; an empty one is `{}`, the content type does not matter (reference protocol/http.md §0). */
export async function readJsonBody(
  request: IncomingMessage,
  { maxBytes, clock }: { readonly maxBytes: number; readonly clock: Clock },
): Promise<BodyReading> {
  const bytes = await readBytes(request, maxBytes, clock);
  if (!Buffer.isBuffer(bytes)) return bytes;
  const text = bytes.toString('utf8');
  if (text.trim() === '') return { kind: 'json', value: {} };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch (error) {
    return { kind: 'refused', status: 400, message: error instanceof Error ? error.message : String(error) };
  }
}

function readBytes(request: IncomingMessage, maxBytes: number, clock: Clock): Promise<Buffer | BodyReading> {
  const result = Promise.withResolvers<Buffer | BodyReading>();
  const chunks: Buffer[] = [];
  let size = 0;
  let tooLarge = false;
  const refuse = (status: 408 | 413) => () => {
    request.pause();
    result.resolve({ kind: 'refused', status });
  };
  let cancel = clock.after(READ_TIMEOUT_MS, refuse(408));
  const discard = (): void => {
    tooLarge = true;
    chunks.length = 0;
    cancel();
    cancel = clock.after(DISCARD_MAX_MS, refuse(413));
  };
  const onData = (chunk: Buffer): void => {
    if (tooLarge) return;
    size += chunk.length;
    if (size > maxBytes) discard();
    else chunks.push(chunk);
  };
  const onEnd = (): void => result.resolve(tooLarge ? { kind: 'refused', status: 413 } : Buffer.concat(chunks));
  const onGone = (): void => result.resolve({ kind: 'gone' });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) discard();
  request.on('data', onData).once('end', onEnd).once('close', onGone).once('error', onGone);
  return result.promise.finally(() => {
    cancel();
    request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
    // A request that breaks later is nobody's news: its answer is being written or its run goes on.
    request.on('error', () => {});
  });
}
