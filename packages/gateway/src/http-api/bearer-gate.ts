import type { OutgoingHttpHeaders } from 'node:http';
import { type BearerOutcome, checkBearer, type HttpGate } from '../auth/bearer.ts';
import type { Exchange } from '../http/exchange.ts';
import { replyApiError } from './api-error.ts';

const LOCKED_OUT = 'Too many failed authentication attempts. Please try again later.';

/** Answers 401 or 429 and returns true unless the request may use the gateway (reference protocol/http.md §0). */
export async function refuseStranger(
  exchange: Exchange,
  gate: HttpGate,
  headers?: OutgoingHttpHeaders,
): Promise<boolean> {
  return replyStranger(exchange, await checkBearer(gate, exchange.peer), headers);
}

/** The answer to a check that was not passed; false when it was. */
export function replyStranger(exchange: Exchange, outcome: BearerOutcome, headers: OutgoingHttpHeaders = {}): boolean {
  if (outcome === 'allowed') return false;
  if (outcome === 'unauthorized') return replyApiError(exchange, 401, 'unauthorized', 'Unauthorized', headers);
  const retryAfter = { ...headers, 'Retry-After': Math.ceil(outcome.retryAfterMs / 1_000) };
  return replyApiError(exchange, 429, 'rate_limited', LOCKED_OUT, retryAfter);
}
