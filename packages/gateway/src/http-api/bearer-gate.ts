import type { OutgoingHttpHeaders } from 'node:http';
import { checkBearer } from '../auth/bearer.ts';
import type { RateLimiter } from '../auth/rate-limiter.ts';
import type { GatewayAuth } from '../auth/resolve-auth.ts';
import type { Exchange } from '../http/exchange.ts';
import { replyApiError } from './api-error.ts';

/** What HTTP needs to judge a bearer secret. */
export interface HttpGate {
  readonly auth: () => GatewayAuth;
  readonly limiter: RateLimiter;
}

const LOCKED_OUT = 'Too many failed authentication attempts. Please try again later.';

/** Answers 401 or 429 and returns true unless the request carries the gateway's secret (reference protocol/http.md §0). */
export function refuseStranger(exchange: Exchange, gate: HttpGate, headers: OutgoingHttpHeaders = {}): boolean {
  const outcome = checkBearer(gate.auth(), exchange.peer, gate.limiter);
  if (outcome === 'allowed') return false;
  if (outcome === 'unauthorized') return replyApiError(exchange, 401, 'unauthorized', 'Unauthorized', headers);
  const retryAfter = { ...headers, 'Retry-After': Math.ceil(outcome.retryAfterMs / 1_000) };
  return replyApiError(exchange, 429, 'rate_limited', LOCKED_OUT, retryAfter);
}
