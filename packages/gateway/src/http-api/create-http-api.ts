import type { HttpHandler } from '../http/exchange.ts';
import type { GatewayServices } from '../method.ts';
import type { HttpGate } from './bearer-gate.ts';
import { createChatCompletions } from './chat-completions.ts';
import { createHooks } from './hooks/hooks.ts';
import { createResponses } from './responses.ts';
import { createToolsInvoke } from './tools-invoke.ts';

/** The HTTP endpoints for programs, in the order in which they are asked (reference protocol/http.md §0). */
export function createHttpApi(services: GatewayServices): (gate: HttpGate) => readonly HttpHandler[] {
  return (gate) => [
    createHooks(services),
    createToolsInvoke(services, gate),
    createResponses(services, gate),
    createChatCompletions(services, gate),
  ];
}
