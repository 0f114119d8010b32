import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Peer } from '../auth/peer.ts';

/** One HTTP request and its response, with the address parsed and the sender judged. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly url: URL;
  readonly peer: Peer;
}

/** Answers the exchange and returns true, or leaves it to the next handler and returns false. */
export type HttpHandler = (exchange: Exchange) => Promise<boolean> | boolean;

export const isReading = ({ method }: Exchange): boolean => method === 'GET' || method === 'HEAD';

function reply(
  { response, method }: Exchange,
  status: number,
  contentType: string,
  body: string | Buffer,
  headers: OutgoingHttpHeaders = {},
): true {
  response.writeHead(status, { ...headers, 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
  response.end(method === 'HEAD' ? undefined : body);
  return true;
}

export function replyText(exchange: Exchange, status: number, text: string, headers?: OutgoingHttpHeaders): true {
  return reply(exchange, status, 'text/plain; charset=utf-8', text, headers);
}

export function replyPage(exchange: Exchange, status: number, html: string, headers?: OutgoingHttpHeaders): true {
  return reply(exchange, status, 'text/html; charset=utf-8', html, headers);
}

export function replyJson(exchange: Exchange, status: number, value: unknown, headers?: OutgoingHttpHeaders): true {
  return reply(exchange, status, 'application/json; charset=utf-8', JSON.stringify(value), headers);
}

export function replyBytes(
  exchange: Exchange,
  contentType: string,
  bytes: Buffer,
  headers?: OutgoingHttpHeaders,
): true {
  return reply(exchange, 200, contentType, bytes, headers);
}

export function replyRedirect({ response }: Exchange, location: string, headers: OutgoingHttpHeaders): true {
  response.writeHead(302, { ...headers, Location: location, 'Content-Length': 0 }).end();
  return true;
}

export const replyNotFound = (exchange: Exchange, headers?: OutgoingHttpHeaders): true =>
  replyText(exchange, 404, 'Not Found', headers);
