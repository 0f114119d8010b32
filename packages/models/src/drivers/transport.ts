import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';

/**
 * The way to a provider: `node:http` with sockets kept open between calls. Half the CPU and half the memory of the global
 * `fetch` for a streamed answer, whose measurement is in the decision on model drivers.
 */

export interface TransportRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** How bytes become text; `latin1` keeps each byte as one character, for bodies that are no text. */
  readonly bodyEncoding?: 'utf8' | 'latin1';
  readonly signal: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-cased names; the first value of a repeated header. */
  header(name: string): string | undefined;
  /** The body as text, in the pieces it arrives in. Ending the iteration early closes the socket. */
  readonly body: AsyncIterable<string>;
}

/** Sends a request. Rejects when no answer arrives or the signal aborts; an error status is an answer. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** Idle sockets kept for later; they do not keep the process alive. */
const FREE_SOCKETS_MAX = 16;

/** Makes the transport. TLS is loaded with the first `https` address. */
export function createTransport(): Transport {
  const options = { keepAlive: true, maxFreeSockets: FREE_SOCKETS_MAX, proxyEnv: process.env };
  const agent = new Agent(options);
  const plain: Opener = (url, request) => httpRequest(url, { ...request, agent });
  let secure: Promise<Opener> | undefined;
  const openerFor = (url: URL): Promise<Opener> | Opener => {
    if (url.protocol !== 'https:') return plain;
    secure ??= import('node:https').then((https) => {
      const secureAgent = new https.Agent(options);
      return (target, request) => https.request(target, { ...request, agent: secureAgent });
    });
    return secure;
  };
  return async (request) => {
    const url = new URL(request.url);
    const open = await openerFor(url);
    try {
      return await sendOnce(url, request, open);
    } catch (error) {
      // The provider closed a kept socket just as we reused it: nothing was processed, a fresh one will do.
      if (!(error instanceof StaleSocketError)) throw error;
      return sendOnce(url, request, open);
    }
  };
}

type Opener = (url: URL, options: RequestOptions) => ClientRequest;

class StaleSocketError extends Error {
  override readonly name = 'StaleSocketError';
}

function sendOnce(url: URL, request: TransportRequest, open: Opener): Promise<TransportResponse> {
  const { body, headers, method, signal } = request;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let response: IncomingMessage | undefined;
    const outgoing = open(url, { method, headers: { ...headers, ...length } });
    // Not Node's `signal` option: it would tear down a socket that a complete answer has just given back to the pool.
    const onAbort = (): void => {
      if (response?.complete !== true) outgoing.destroy(new Error('The request was aborted'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    outgoing.on('close', () => signal.removeEventListener('abort', onAbort));
    outgoing.on('response', (incoming) => {
      response = incoming;
      resolve(responseOf(incoming, request.bodyEncoding ?? 'utf8'));
    });
    outgoing.on('error', (error) => {
      const isStale = outgoing.reusedSocket && 'code' in error && error.code === 'ECONNRESET' && !signal.aborted;
      reject(isStale ? new StaleSocketError('kept socket was closed', { cause: error }) : error);
    });
    outgoing.end(body);
  });
}

function responseOf(incoming: IncomingMessage, encoding: 'utf8' | 'latin1'): TransportResponse {
  incoming.setEncoding(encoding);
  // Whoever reads the body gets its error from the iteration; nobody else is to be told.
  incoming.on('error', () => undefined);
  return {
    status: incoming.statusCode ?? 0,
    header(name) {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: incoming,
  };
}
