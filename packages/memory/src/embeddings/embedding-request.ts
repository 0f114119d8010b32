import { callInRotation, type createLazyTransport, type ModelCredential } from '@chela/models';
import type { Clock } from '@chela/observability';

type Transport = ReturnType<typeof createLazyTransport>;

export interface EmbeddingRequest {
  readonly url: string;
  /** In the order in which they are tried; the next one when the vendor is asked too often. */
  readonly credentials: readonly ModelCredential[];
  readonly headers: (secret: string) => Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** An answer that is no success, in the vendor's words without secrets. */
export class EmbeddingError extends Error {
  override readonly name = 'EmbeddingError';
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const TRIES = 3;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 8_000;
const ANSWER_MAX_CHARS = 64 * 1024 * 1024;
const ERROR_CHARS = 500;

export interface EmbeddingWire {
  readonly transport: Transport;
  readonly clock: Clock;
}

async function readAnswer(body: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of body) {
    text += piece;
    if (text.length > ANSWER_MAX_CHARS) throw new Error('the embedding provider sent too much');
  }
  return text;
}

async function sendOnce({ transport }: EmbeddingWire, request: EmbeddingRequest, secret: string): Promise<unknown> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(request.timeoutMs)]);
  const response = await transport({
    url: request.url,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...request.headers(secret) },
    body: JSON.stringify(request.body),
    signal,
  });
  const text = await readAnswer(response.body);
  if (response.status < 200 || response.status >= 300) {
    throw new EmbeddingError(`embeddings failed: ${response.status} ${text.slice(0, ERROR_CHARS)}`, response.status);
  }
  return JSON.parse(text);
}

/** Whether the same request may succeed a little later: the vendor is busy or out of order, or the way to it is. */
function isPassing(error: unknown): boolean {
  if (error instanceof EmbeddingError) return error.status === 429 || error.status >= 500;
  return !(error instanceof SyntaxError);
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(delayMs, () => resolve());
    signal.addEventListener(
      'abort',
      () => {
        cancel();
        reject(signal.reason);
      },
      { once: true },
    );
  });
}

/** Sends a request, again after a passing failure: three tries, pauses from 500 ms on, doubling (reference agent/models.md §11). */
export async function sendEmbedding(wire: EmbeddingWire, request: EmbeddingRequest): Promise<unknown> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await callInRotation(request.credentials, (credential) => sendOnce(wire, request, credential.reveal()));
    } catch (error) {
      if (tried >= TRIES || request.signal.aborted || !isPassing(error)) throw error;
      await pause(wire.clock, Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (tried - 1)), request.signal);
    }
  }
}

/** What every vendor needs. */
export interface VendorDeps {
  readonly wire: EmbeddingWire;
  /** At least one. */
  readonly credentials: readonly ModelCredential[];
  readonly baseUrl: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string | undefined;
}

/** A vector question may be waited for; a batch is larger. */
export const QUESTION_TIMEOUT_MS = 60_000;
export const BATCH_TIMEOUT_MS = 120_000;
