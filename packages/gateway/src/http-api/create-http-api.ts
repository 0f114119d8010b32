import type { HttpGate } from '../auth/bearer.ts';
import type { HttpHandler } from '../http/exchange.ts';
import { createRoutes, type HttpRoute } from '../http/routes.ts';
import type { GatewayServices } from '../method.ts';
import { createChannelRoutes } from './channel-routes.ts';
import { createChatCompletions } from './chat-completions.ts';
import { createHooks } from './hooks/hooks.ts';
import { createResponses } from './responses.ts';
import { createToolsInvoke } from './tools-invoke.ts';

/**
 * The HTTP endpoints for programs, in the order in which they are asked (reference protocol/http.md §0). `routes` are the
 * addresses of channels and plugins.
 */
export function createHttpApi(
  services: GatewayServices,
  routes: () => readonly HttpRoute[],
): (gate: HttpGate) => readonly HttpHandler[] {
  return (gate) => [
    createHooks(services),
    createToolsInvoke(services, gate),
    createRoutes({ gate, routes }),
    createChannelRoutes(services),
    createResponses(services, gate),
    createChatCompletions(services, gate),
  ];
}
