/** What supervisors ask: alive, ready, and how it is going. Not part of the contract; the original has no such paths. */
import type { Metrics } from '@chela/observability';
import type { HttpGate } from '../auth/bearer.ts';
import { refuseStranger } from '../http-api/bearer-gate.ts';
import { type Exchange, type HttpHandler, isReading, replyBytes, replyJson, replyText } from './exchange.ts';

export interface ProbeDeps extends HttpGate {
  readonly metrics: Metrics;
  /** Why the gateway cannot serve right now; empty when it can. */
  readonly notReady: () => readonly string[];
}

const NO_STORE = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

async function serveMetrics(exchange: Exchange, deps: ProbeDeps): Promise<true> {
  if (!exchange.peer.isLocal && (await refuseStranger(exchange, deps, NO_STORE))) return true;
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
