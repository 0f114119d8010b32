import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@chela/observability';
import { HOST_REFUSAL, type HostRule, isForeignHost } from '../auth/host-rule.ts';
import { describePeer } from '../auth/peer.ts';
import { type Exchange, type HttpHandler, replyNotFound, replyText } from './exchange.ts';

/**
 * The HTTP side of the port: checks the Host, then offers the request to the handlers in order; the first that claims it
 * wins, nobody's request is 404, and an exception is 500 (reference protocol/http.md §0).
 */
export function createHttp(deps: {
  readonly handlers: readonly HttpHandler[];
  readonly trustedProxies: () => readonly string[];
  readonly hostRule: () => HostRule;
  readonly logger: Logger;
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  async function serve(exchange: Exchange): Promise<void> {
    if (isForeignHost(exchange.peer, deps.hostRule())) {
      replyText(exchange, 403, HOST_REFUSAL);
      return;
    }
    for (const handler of deps.handlers) if (await handler(exchange)) return;
    replyNotFound(exchange);
  }

  return async (request, response) => {
    const address = `http://gateway${request.url?.startsWith('/') ? request.url : '/'}`;
    const exchange: Exchange = {
      request,
      response,
      method: request.method ?? 'GET',
      url: new URL(URL.canParse(address) ? address : 'http://gateway/'),
      peer: describePeer(request, deps.trustedProxies()),
    };
    try {
      await serve(exchange);
    } catch (error) {
      deps.logger.error('an HTTP request failed', { method: exchange.method, path: exchange.url.pathname, error });
      if (response.headersSent) response.destroy();
      else replyText(exchange, 500, 'Internal Server Error');
    }
  };
}
