/**
 * The addresses that channels and plugins answer on the gateway's port: exact paths first, then their handlers in order.
 * What lies below `/api/channels/` is for people who may use the gateway, whoever answers it (reference protocol/http.md §0).
 */
import type { HttpGate } from '../auth/bearer.ts';
import { refuseStranger } from '../http-api/bearer-gate.ts';
import type { HttpHandler } from './exchange.ts';

export interface HttpRoute {
  /** Absolute, e.g. `/line/webhook`. The first of two routes with one path wins. */
  readonly path: string;
  readonly handle: HttpHandler;
}

const CHANNELS_PREFIX = '/api/channels/';

export function createRoutes(deps: {
  readonly gate: HttpGate;
  readonly routes: () => readonly HttpRoute[];
}): HttpHandler {
  return async (exchange) => {
    const { pathname } = exchange.url;
    if (pathname.startsWith(CHANNELS_PREFIX) && (await refuseStranger(exchange, deps.gate))) return true;
    const route = deps.routes().find(({ path }) => path === pathname);
    return route === undefined ? false : route.handle(exchange);
  };
}
