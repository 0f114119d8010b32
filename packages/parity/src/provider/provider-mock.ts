/**
 * The fake model provider: one loopback server that speaks four wires under any path prefix, so that one of them can
 * play several providers.
 *
 *   POST …/chat/completions                      openai-completions, streamed or whole
 *   POST …/responses                             openai-responses, streamed or whole
 *   POST …/messages                              anthropic-messages, streamed or whole
 *   POST …/models/<id>:generateContent           google-generative-ai, whole
 *   POST …/models/<id>:streamGenerateContent     google-generative-ai, streamed
 *   GET  …/models                                a list of one model
 *   GET  /__requests, POST /__script             what was received; a new script
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { memberOf, parseBody, stringOf } from '../json-value.ts';
import type { ProviderApi } from './conversation.ts';
import { errorBody } from './error-body.ts';
import { type Outline, outlineOf, type Wire } from './outline.ts';
import { parseReplies } from './parse-replies.ts';
import type { Reply } from './reply.ts';
import { createReplyScript } from './reply-script.ts';
import type { RecordedRequest } from './request-view.ts';
import { anthropicWire } from './wire-anthropic.ts';
import { chatWire } from './wire-chat.ts';
import { googleWire } from './wire-google.ts';
import { responsesWire } from './wire-responses.ts';

export interface ProviderMock {
  /** Every model request since the script was set, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Replaces the script and forgets the requests. Without replies every request is echoed. */
  script(replies: readonly Reply[]): void;
  /** Listens on loopback; 0 takes a free port. Resolves with the port. */
  start(port?: number): Promise<number>;
  /** Ends every connection, also the hanging ones. */
  stop(): Promise<void>;
}

const WIRES: Readonly<Record<ProviderApi, Wire>> = {
  chat: chatWire,
  responses: responsesWire,
  anthropic: anthropicWire,
  google: googleWire,
};
const FIRST_ERROR_STATUS = 400;
const DEFAULT_GARBAGE = 'this is not what you asked for {]';
const DEFAULT_MODEL = 'm1';

export function createProviderMock(): ProviderMock {
  let requests: RecordedRequest[] = [];
  let replies = createReplyScript([]);
  let calls = 0;

  const script = (next: readonly Reply[]): void => {
    replies = createReplyScript(next);
    calls = 0;
    requests = [];
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await bodyOf(request);
    const path = request.url ?? '/';
    if (path === '/__requests') return sendJson(response, 200, requests);
    if (path === '/__script') {
      script(parseReplies(parseBody(text)));
      return sendJson(response, 200, { ok: true });
    }
    const api = apiOf(path);
    if (api === 'models') {
      return sendJson(response, 200, { object: 'list', data: [{ id: DEFAULT_MODEL, object: 'model' }] });
    }
    if (api === 'other') return sendJson(response, 404, { error: { message: `no such path ${path}` } });
    const recorded: RecordedRequest = { api, path, headers: request.headers, body: parseBody(text) ?? {} };
    requests.push(recorded);
    const reply = replies.take(recorded);
    const n = ++calls;
    await play(response, recorded, reply, n);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  return {
    get requests() {
      return requests;
    },
    script,
    start: (port = 0) =>
      new Promise((resolve, reject) => {
        server.once('error', reject).listen(port, '127.0.0.1', () => {
          const address = server.address();
          if (address === null || typeof address === 'string') reject(new Error('the fake provider has no port'));
          else resolve(address.port);
        });
      }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function play(response: ServerResponse, request: RecordedRequest, reply: Reply, n: number): Promise<void> {
  if (reply.delayMs) await sleep(reply.delayMs);
  if (reply.status && reply.status >= FIRST_ERROR_STATUS) {
    return sendJson(response, reply.status, reply.body ?? errorBody(request.api, reply.status), reply.headers);
  }
  if (reply.garbage !== undefined) {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...reply.headers });
    response.end(reply.garbage === true ? DEFAULT_GARBAGE : reply.garbage);
    return;
  }
  const wire = WIRES[request.api];
  const outline = outlineOf(reply, n, stringOf(memberOf(request.body, 'model')) ?? DEFAULT_MODEL);
  const streamed = memberOf(request.body, 'stream') === true || request.path.includes('streamGenerateContent');
  if (!streamed) return sendJson(response, 200, wire.whole(outline), reply.headers);
  await stream(response, wire, outline, reply);
}

async function stream(response: ServerResponse, wire: Wire, outline: Outline, reply: Reply): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...reply.headers });
  response.flushHeaders();
  let sent = 0;
  let flushed = Promise.resolve();
  for (const { event, data, delta } of wire.stream(outline)) {
    if (delta && reply.dropAfter !== undefined && sent >= reply.dropAfter) {
      await flushed;
      response.destroy();
      return;
    }
    if (delta && sent > 0 && reply.chunkDelayMs) await sleep(reply.chunkDelayMs);
    if (!delta && reply.hang && sent >= outline.deltas.length && (sent > 0 || outline.deltas.length === 0)) return;
    if (response.destroyed) return;
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    flushed = written(response, `${event ? `event: ${event}\n` : ''}data: ${text}\n\n`);
    if (delta) sent += 1;
  }
  response.end();
}

/** Resolves when the text has left this process, or cannot leave any more: a drop loses nothing that was sent. */
const written = (response: ServerResponse, text: string): Promise<void> =>
  new Promise((resolve) => {
    response.write(text, () => resolve());
  });

function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function apiOf(path: string): ProviderApi | 'models' | 'other' {
  const route = path.split('?')[0] ?? '';
  if (/\/chat\/completions$/.test(route)) return 'chat';
  if (/\/responses$/.test(route)) return 'responses';
  if (/\/messages$/.test(route)) return 'anthropic';
  if (/:(streamG|g)enerateContent$/.test(route)) return 'google';
  return /\/models$/.test(route) ? 'models' : 'other';
}
