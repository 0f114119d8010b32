import { type JsonObject, parseJson } from '../json-value.ts';
import type { HttpRequest } from './scenario.ts';
import { sseEvents } from './sse.ts';

const HTTP_TIMEOUT_MS = 30_000;
const SHOWN_HEADERS = ['content-type', 'allow', 'www-authenticate', 'location', 'retry-after'];

/** Sends one request to the gateway; what it shows is the status, a few headers and the body. */
export async function httpStep(
  request: HttpRequest,
  gateway: { port: number; token: string },
  timeoutMs = HTTP_TIMEOUT_MS,
): Promise<JsonObject> {
  const bearer = bearerOf(request.auth ?? 'token', gateway.token);
  const body =
    request.body === undefined || typeof request.body === 'string' ? request.body : JSON.stringify(request.body);
  const response = await fetch(`http://127.0.0.1:${gateway.port}${request.path}`, {
    method: request.method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  const headers = SHOWN_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    status: response.status,
    headers: Object.fromEntries(headers),
    body: bodyView(text, response.headers.get('content-type') ?? ''),
  };
}

function bearerOf(auth: string, token: string): string | undefined {
  if (auth === 'token') return token;
  if (auth === 'bad') return 'wrong-token';
  return auth === 'none' ? undefined : auth;
}

function bodyView(text: string, type: string): unknown {
  if (type.includes('event-stream')) return sseEvents(text);
  if (type.includes('json')) return parseJson(text);
  return type.includes('html') ? '<html>' : text;
}
