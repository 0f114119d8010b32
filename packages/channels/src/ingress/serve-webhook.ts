import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@chela/observability';
import type { IngressAnswer } from '../contract/connection.ts';
import type { WebhookRequest } from '../kernel.ts';
import { IngressRefusal } from './ingress-refusal.ts';

const BODY_TIMEOUT_MS = 30_000;
/** How long the rest of a body that nobody wants is read and thrown away, so that its sender sees the answer. */
const DISCARD_MAX_MS = 2_000;
const JSON_START = /^\s*[[{]/;

/** Answers one request of Node's HTTP server through the ingress. */
export async function serveWebhook(
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly remoteAddress: string },
  handle: (request: WebhookRequest) => Promise<IngressAnswer>,
  clock: Clock,
): Promise<void> {
  const { request, response, remoteAddress } = exchange;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const answer = await handle({
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: headersOf(request),
    remoteAddress,
    readBody: (maxBytes) => readBody(request, maxBytes, clock),
  });
  const body = answer.body ?? '';
  response.writeHead(answer.status, {
    'Content-Type': JSON_START.test(body) ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...(request.readableEnded ? {} : { Connection: 'close' }),
    ...answer.headers,
  });
  response.end(body);
  if (request.readableEnded) return;
  request.resume();
  const cancel = clock.after(DISCARD_MAX_MS, () => request.destroy());
  request.once('close', cancel);
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
    ),
  );
}

/** The whole body; refused with 413 when it is larger and with 408 when it comes too slowly. */
function readBody(request: IncomingMessage, maxBytes: number, clock: Clock): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const tooLarge = (): void => reject(new IngressRefusal(413, 'Payload Too Large'));
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > maxBytes) tooLarge();
    else chunks.push(chunk);
  };
  const onEnd = (): void => resolve(Buffer.concat(chunks));
  const onGone = (): void => reject(new IngressRefusal(400, 'Bad Request'));
  const cancel = clock.after(BODY_TIMEOUT_MS, () => reject(new IngressRefusal(408, 'Request Timeout')));
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) tooLarge();
  else request.on('data', onData).once('end', onEnd).once('close', onGone).once('error', onGone);
  return promise.finally(() => {
    cancel();
    request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
    // A request that breaks while it is being answered is nobody's news.
    request.on('error', () => {});
  });
}
