import type { Clock } from '@chela/observability';
import type { ModelApi, ModelCredential, ModelDriver, ModelEvent, ModelFailure, ModelRequest } from '../driver.ts';
import { reasonOfAnswer } from '../failures/classify.ts';
import { createFrames, type Frames } from './frames.ts';
import { createIdleWatch } from './idle-watch.ts';
import type { Transport, TransportResponse } from './transport.ts';
import { answerWords, connectionWords, idleWords, retryAfterMs, unfinishedWords, withoutSecret } from './wire-words.ts';

/**
 * The one HTTP exchange under every driver: a POST, a stream of frames, one end. A codec turns a request into a call and
 * frames into events; this file owns the socket, the idle timer and every way an exchange can go wrong.
 */

/** What is read of an error page. */
const ERROR_BODY_LIMIT_CHARS = 64 * 1024;
/** How long a provider may take to close a finished stream before its socket is dropped instead of reused. */
const CLOSING_LIMIT_MS = 200;

export interface WireDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Longest silence of a provider before the call fails as a time-out. */
  readonly idleTimeoutMs: number;
  /** A fresh id for tool calls of providers that give none. */
  newId(): string;
}

export interface WireCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Turns the frames of one answer into events. Pure; made anew for each call. */
export interface WireDecoder {
  /** Takes the data of one frame. A `done` or `failed` among the events ends the answer. */
  push(data: string): readonly ModelEvent[];
  /** The connection ended: the closing events, or none when the answer is incomplete. */
  end(): readonly ModelEvent[];
}

/** What tells one API kind from another. */
export interface WireCodec {
  readonly api: ModelApi;
  /** How frames are told apart: server-sent events, one JSON value a line, or code that is given one character a byte. */
  readonly framing: 'sse' | 'lines' | (() => Frames);
  /** Headers that prove who asks, for providers that want the whole request signed. */
  sign?(
    request: { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string },
    secret: string | undefined,
  ): Promise<Readonly<Record<string, string>>>;
  /** Builds the call; `secret` is the opened credential. */
  encode(request: ModelRequest, secret: string | undefined): WireCall;
  decoder(request: ModelRequest, newId: () => string): WireDecoder;
  /** The words for an answer that refuses; its message where absent. */
  refusalWords?(status: number, body: string): string;
}

/** Thrown by `sign` when there is nothing to sign with. */
export class MissingCredentialError extends Error {
  override readonly name = 'MissingCredentialError';
}

type Fault = Omit<ModelFailure, 'partial'>;

/** Makes a driver of a codec. */
export function createWireDriver(codec: WireCodec, deps: WireDeps): ModelDriver {
  return {
    api: codec.api,
    stream: (request, credential, signal) => exchange(codec, deps, request, credential, signal),
  };
}

async function* exchange(
  codec: WireCodec,
  deps: WireDeps,
  request: ModelRequest,
  credential: ModelCredential | undefined,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const abort = new AbortController();
  const onAbort = (): void => abort.abort();
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const idle = createIdleWatch(deps.clock, deps.idleTimeoutMs, onAbort);
  const secret = credential?.reveal();
  let body: AsyncIterator<string> | undefined;
  let partial = false;
  let isOver = false;
  const failed = (fault: Fault): ModelEvent => ({
    type: 'failed',
    failure: { ...fault, message: withoutSecret(fault.message, secret), partial },
  });
  try {
    const { url, headers, body: payload } = codec.encode(request, secret);
    const text = JSON.stringify(payload, withoutLoneSurrogates);
    const plain = { url, headers: { 'content-type': 'application/json', ...headers }, body: text };
    const response = await deps.transport({
      url,
      method: 'POST',
      headers: (await codec.sign?.(plain, secret)) ?? plain.headers,
      body: text,
      signal: abort.signal,
      ...(typeof codec.framing === 'function' ? { bodyEncoding: 'latin1' as const } : {}),
    });
    idle.touch();
    if (response.status < 200 || response.status >= 300) {
      yield failed(await refusal(response, deps.clock.now(), codec.refusalWords));
      return;
    }
    body = response.body[Symbol.asyncIterator]();
    const frames = typeof codec.framing === 'function' ? codec.framing() : createFrames(codec.framing);
    for await (const events of answer(body, frames, codec.decoder(request, deps.newId), idle.touch)) {
      for (const event of events) {
        if (signal.aborted) throw new Error('aborted');
        isOver = event.type === 'done' || event.type === 'failed';
        yield event.type === 'failed' ? failed(event.failure) : event;
        if (isOver) return;
        partial = true;
      }
    }
    yield failed({ ...unfinishedWords(frames.start()), status: response.status });
  } catch (error) {
    if (signal.aborted) yield failed({ message: 'Request was aborted', reason: 'aborted' });
    else if (idle.expired()) yield failed({ message: idleWords(deps.idleTimeoutMs), reason: 'timeout' });
    else yield failed(faultOf(error));
  } finally {
    if (isOver && body !== undefined) await untilClosed(body, deps.clock, onAbort);
    else onAbort();
    idle.stop();
    signal.removeEventListener('abort', onAbort);
  }
}

/** Errors of a connection carry a code; any other error is a fault of this program and no reason to ask someone else. */
function faultOf(error: unknown): Fault {
  if (error instanceof MissingCredentialError) return { message: error.message, reason: 'auth' };
  const isConnection = error instanceof Error && 'code' in error && typeof error.code === 'string';
  if (isConnection) return { message: connectionWords(error), reason: 'timeout' };
  return { message: error instanceof Error ? error.message : String(error), reason: 'unknown' };
}

/** The events of a body, one list a chunk as it arrives, so that a burst costs one turn of the loop. */
async function* answer(
  body: AsyncIterator<string>,
  frames: Frames,
  decoder: WireDecoder,
  onChunk: () => void,
): AsyncGenerator<readonly ModelEvent[]> {
  for (;;) {
    const chunk = await body.next();
    onChunk();
    if (chunk.done === true) {
      yield frames.end().flatMap((data) => decoder.push(data));
      yield decoder.end();
      return;
    }
    yield frames.push(chunk.value).flatMap((data) => decoder.push(data));
  }
}

async function refusal(
  response: TransportResponse,
  nowMs: number,
  wordsOf: NonNullable<WireCodec['refusalWords']> = answerWords,
): Promise<Fault> {
  let text = '';
  for await (const piece of response.body) {
    text += piece;
    if (text.length >= ERROR_BODY_LIMIT_CHARS) break;
  }
  const message = wordsOf(response.status, text);
  const retry = retryAfterMs(response, nowMs);
  return {
    message,
    status: response.status,
    reason: reasonOfAnswer(response.status, message),
    ...(retry === undefined ? {} : { retryAfterMs: retry }),
  };
}

/** Reads a finished body to its end, so that its socket is kept for the next call; drops one that dawdles. */
async function untilClosed(body: AsyncIterator<string>, clock: Clock, drop: () => void): Promise<void> {
  const cancelTimer = clock.after(CLOSING_LIMIT_MS, drop);
  try {
    while ((await body.next()).done !== true);
  } catch {
    // The answer is complete; how its connection ends changes nothing.
  } finally {
    cancelTimer();
  }
}

/** Half of a surrogate pair is no text; some providers refuse the whole request for one. */
function withoutLoneSurrogates(_name: string, value: unknown): unknown {
  return typeof value === 'string' && !value.isWellFormed() ? value.replace(/\p{Surrogate}/gu, '') : value;
}
