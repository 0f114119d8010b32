import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { objectOf, parseJson } from '../json-shape.ts';
import { answerFrames, type FakeAnswer, type FakeApi } from './fake-wires.ts';

/**
 * A model provider for tests that speaks the real wire of five APIs on loopback, with switches for everything that can go
 * wrong. Replies are used in the order they were given; the last one repeats.
 */
export interface FakeReply extends FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, instead of an answer. */
  readonly body?: string | Uint8Array;
  /** Breaks the answer off after this many frames: destroys the socket, ends politely, or goes silent. */
  readonly fault?: { readonly after: number; readonly how: 'drop' | 'end' | 'hang' };
}

export interface FakeRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface FakeProvider {
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  /** How many connections were opened so far. */
  connections(): number;
  /** Resolves when a client gives up on an answer before its end. */
  readonly abandoned: Promise<void>;
  script(...replies: readonly FakeReply[]): void;
  close(): Promise<void>;
}

export async function startFakeProvider(): Promise<FakeProvider> {
  let replies: readonly FakeReply[] = [];
  let requests: FakeRequest[] = [];
  let onAbandoned = (): void => undefined;
  const abandoned = new Promise<void>((resolve) => {
    onAbandoned = resolve;
  });

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '/';
      const reply = replies[Math.min(requests.length, replies.length - 1)] ?? {};
      requests.push({ path, headers: request.headers, body: objectOf(parseJson(Buffer.concat(chunks).toString())) });
      response.on('close', () => {
        if (!response.writableFinished) onAbandoned();
      });
      send(response, path, reply);
    });
  });
  let opened = 0;
  server.on('connection', () => {
    opened += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests;
    },
    connections: () => opened,
    abandoned,
    script(...next) {
      replies = next;
      requests = [];
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function send(response: ServerResponse, path: string, reply: FakeReply): void {
  if (path.endsWith('/models') || path.endsWith('/api/tags')) {
    response.setHeader('content-type', 'application/json');
    response.end(reply.body ?? '{}');
    return;
  }
  const type = reply.body === undefined ? 'text/event-stream' : 'application/json';
  response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
  if (reply.body !== undefined) {
    response.end(reply.body);
    return;
  }
  const frames = answerFrames(apiOf(path), reply);
  const { fault } = reply;
  if (fault === undefined) {
    response.end(frames.join(''));
    return;
  }
  response.write(frames.slice(0, fault.after).join(''), () => {
    if (fault.how === 'drop') response.destroy();
    if (fault.how === 'end') response.end();
  });
  if (fault.after === 0) response.flushHeaders();
}

function apiOf(path: string): FakeApi {
  if (path.includes('/chat/completions')) return 'openai-completions';
  if (path.includes('/responses')) return 'openai-responses';
  if (path.endsWith('/v1/messages')) return 'anthropic-messages';
  return path.endsWith('/api/chat') ? 'ollama' : 'google-generative-ai';
}
