/** What supervisors ask: alive, ready, and how it is going. Not part of the contract; the original has no such paths. */
import type { Metrics } from '@chela/observability';
import { checkBearer } from '../auth/bearer.ts';
import type { RateLimiter } from '../auth/rate-limiter.ts';
import type { GatewayAuth } from '../auth/resolve-auth.ts';
import { type Exchange, type HttpHandler, isReading, replyBytes, replyJson, replyText } from './exchange.ts';

export interface ProbeDeps {
  readonly metrics: Metrics;
  readonly auth: () => GatewayAuth;
  readonly limiter: RateLimiter;
  /** Why the gateway cannot serve right now; empty when it can. */
  readonly notReady: () => readonly string[];
}

const NO_STORE = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

async function serveMetrics(exchange: Exchange, deps: ProbeDeps): Promise<true> {
  const outcome = exchange.peer.isLocal ? 'allowed' : checkBearer(deps.auth(), exchange.peer, deps.limiter);
  if (outcome === 'unauthorized') {
    return replyJson(exchange, 401, { error: { message: 'Unauthorized', type: 'unauthorized' } }, NO_STORE);
  }
  if (outcome !== 'allowed') {
    const message = 'Too many failed authentication attempts. Please try again later.';
    const headers = { ...NO_STORE, 'Retry-After': Math.ceil(outcome.retryAfterMs / 1_000) };
    return replyJson(exchange, 429, { error: { message, type: 'rate_limited' } }, headers);
  }
  const text = Buffer.from(await deps.metrics.exposition(), 'utf8');
  return replyBytes(exchange, 'text/plain; version=0.0.4; charset=utf-8', text, NO_STORE);
}

export function createProbes(deps: ProbeDeps): HttpHandler {
  return (exchange) => {
    const { pathname } = exchange.url;
    if (pathname !== '/healthz' && pathname !== '/readyz' && pathname !== '/metrics') return false;
    if (!isReading(exchange))
      return replyText(exchange, 405, 'Method Not Allowed', { ...NO_STORE, Allow: 'GET, HEAD' });
    if (pathname === '/healthz') return replyJson(exchange, 200, { status: 'alive' }, NO_STORE);
    if (pathname === '/metrics') return serveMetrics(exchange, deps);
    const reasons = deps.notReady();
    const ready = reasons.length === 0;
    return replyJson(exchange, ready ? 200 : 503, { ready, reasons }, NO_STORE);
  };
}
