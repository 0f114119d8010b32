import type { Clock } from '@chela/observability';
import type { ModelApi, ModelCredential, ModelDriver, ModelEvent, ModelFailure, ModelRequest } from '../driver.ts';
import { reasonOfAnswer } from '../failures/classify.ts';
import { createFrames, type Frames } from './frames.ts';
import { createIdleWatch } from './idle-watch.ts';
import { answerWords, connectionWords, idleWords, retryAfterMs, unfinishedWords, withoutSecret } from './wire-words.ts';

/**
 * The one HTTP exchange under every driver: a POST, a stream of frames, one end. A codec turns a request into a call and
 * frames into events; this file owns the socket, the idle timer and every way an exchange can go wrong.
 */

/** What is read of an error page. */
const ERROR_BODY_LIMIT_BYTES = 64 * 1024;
/** How long a provider may take to close a finished stream before its socket is dropped instead of reused. */
const CLOSING_LIMIT_MS = 200;

export interface WireDeps {
  readonly fetch: typeof fetch;
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
  /** How frames are told apart: server-sent events, or one JSON value a line. */
  readonly framing: 'sse' | 'lines';
  /** Builds the call; `secret` is the opened credential. */
  encode(request: ModelRequest, secret: string | undefined): WireCall;
  decoder(request: ModelRequest, newId: () => string): WireDecoder;
}

type Fault = Omit<ModelFailure, 'partial'>;
type BodyReader = ReadableStreamDefaultReader<Uint8Array>;

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
  const idle = createIdleWatch(deps.clock, deps.idleTimeoutMs, () => abort.abort());
  const secret = credential?.reveal();
  let reader: BodyReader | undefined;
  let partial = false;
  let isFinished = false;
  const failed = (fault: Fault): ModelEvent => ({
    type: 'failed',
    failure: { ...fault, message: withoutSecret(fault.message, secret), partial },
  });
  try {
    const response = await post(deps, codec.encode(request, secret), abort.signal);
    idle.touch();
    if (!response.ok) {
      yield failed(await refusal(response, deps.clock.now()));
      return;
    }
    reader = response.body?.getReader();
    const frames = createFrames(codec.framing);
    for await (const events of answer(reader, frames, codec.decoder(request, deps.newId), idle.touch)) {
      for (const event of events) {
        isFinished = event.type === 'done';
        yield event.type === 'failed' ? failed(event.failure) : event;
        if (event.type === 'done' || event.type === 'failed') return;
        partial = true;
      }
    }
    yield failed({ ...unfinishedWords(frames.start()), status: response.status });
  } catch (error) {
    if (signal.aborted) yield failed({ message: 'Request was aborted', reason: 'aborted' });
    else if (idle.expired()) yield failed({ message: idleWords(deps.idleTimeoutMs), reason: 'timeout' });
    else yield failed({ message: connectionWords(error), reason: 'timeout' });
  } finally {
    if (isFinished && reader !== undefined) await untilClosed(reader, deps.clock);
    idle.stop();
    signal.removeEventListener('abort', onAbort);
    abort.abort();
  }
}

function post(deps: WireDeps, call: WireCall, signal: AbortSignal): Promise<Response> {
  return deps.fetch(call.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...call.headers },
    body: JSON.stringify(call.body),
    signal,
  });
}

/** The events of a body, one list a chunk as it arrives, so that a burst costs one turn of the loop. */
async function* answer(
  reader: BodyReader | undefined,
  frames: Frames,
  decoder: WireDecoder,
  onChunk: () => void,
): AsyncGenerator<readonly ModelEvent[]> {
  const text = new TextDecoder();
  for (;;) {
    const chunk = await reader?.read();
    onChunk();
    if (chunk === undefined || chunk.done) {
      yield frames.end().flatMap((data) => decoder.push(data));
      yield decoder.end();
      return;
    }
    yield frames.push(text.decode(chunk.value, { stream: true })).flatMap((data) => decoder.push(data));
  }
}

async function refusal(response: Response, nowMs: number): Promise<Fault> {
  const message = answerWords(response.status, await readStart(response));
  const retry = retryAfterMs(response.headers, nowMs);
  return {
    message,
    status: response.status,
    reason: reasonOfAnswer(response.status, message),
    ...(retry === undefined ? {} : { retryAfterMs: retry }),
  };
}

async function readStart(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const text = new TextDecoder();
  let start = '';
  for (;;) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) return start;
    start += text.decode(chunk.value, { stream: true });
    if (start.length >= ERROR_BODY_LIMIT_BYTES) return start;
  }
}

/** Reads a finished body to its end, so that the socket goes back to the pool; gives up on one that dawdles. */
async function untilClosed(reader: BodyReader, clock: Clock): Promise<void> {
  const cancelTimer = clock.after(CLOSING_LIMIT_MS, () => {
    reader.cancel().catch(() => undefined);
  });
  try {
    while (!(await reader.read()).done);
  } catch {
    // The answer is complete; how its connection ends changes nothing.
  } finally {
    cancelTimer();
  }
}
