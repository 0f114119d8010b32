/**
 * HTTP to the Bot API over node:http. It knows what the built-in fetch hides: whether a failed request had left this
 * machine. A send that never left may be tried again; one that did may have arrived. The agent is this account's own and
 * is closed with it.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';

export interface TransportOptions {
  /** HTTP proxy for everything. */
  readonly proxy?: string;
  /** Tries IPv4 and IPv6 side by side, so that a machine without IPv6 does not wait for it. */
  readonly autoSelectFamily: boolean;
}

interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  readonly signal?: AbortSignal;
}

export interface Transport {
  /** Resolves with the response once its head is there. Rejects with a RequestFailure. */
  request(url: string, call: HttpCall): Promise<IncomingMessage>;
  close(): void;
}

/** A request that got no response. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  /** False: not a byte of it left this machine. */
  readonly hasLeft: boolean;
  readonly code: string | undefined;

  constructor(hasLeft: boolean, cause: Error) {
    const code = codeOf(cause);
    // The message of a socket error may hold the URL, and the URL holds the token.
    super(`network error${code ? ` (${code})` : ''}`);
    this.hasLeft = hasLeft;
    this.code = code;
  }
}

const MAX_IDLE_SOCKETS = 4;

export function createTransport({ proxy, autoSelectFamily }: TransportOptions): Transport {
  const options = {
    keepAlive: true,
    maxFreeSockets: MAX_IDLE_SOCKETS,
    autoSelectFamily,
    ...(proxy !== undefined && { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
  };
  const http = new HttpAgent(options);
  const https = new HttpsAgent(options);

  return {
    request(url, { method, headers = {}, body, signal }) {
      const isSecure = url.startsWith('https:');
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      let hasLeft = false;
      const outgoing = isSecure
        ? httpsRequest(url, { method, headers, agent: https, ...(signal && { signal }) })
        : httpRequest(url, { method, headers, agent: http, ...(signal && { signal }) });
      outgoing.on('socket', (socket) => {
        const isOpening = socket.connecting || ('secureConnecting' in socket && socket.secureConnecting === true);
        if (!isOpening) hasLeft = true;
        else socket.once(isSecure ? 'secureConnect' : 'connect', () => (hasLeft = true));
      });
      outgoing.once('response', resolve);
      outgoing.on('error', (error) => reject(new RequestFailure(hasLeft, error)));
      if (body instanceof Readable) body.on('error', (error) => outgoing.destroy(error)).pipe(outgoing);
      else outgoing.end(body);
      return promise;
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

/** A response's body, at most `maxBytes` of it. */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of response) {
      const bytes = Buffer.from(piece);
      size += bytes.length;
      if (size > maxBytes) throw new Error('the response is too long');
      pieces.push(bytes);
    }
  } catch (error) {
    response.destroy();
    throw new RequestFailure(true, error instanceof Error ? error : new Error(String(error)));
  }
  return Buffer.concat(pieces);
}

function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Several addresses were tried, and each failed.
  if (error instanceof AggregateError) {
    const first: unknown = error.errors[0];
    return first instanceof Error ? codeOf(first) : undefined;
  }
  return undefined;
}
