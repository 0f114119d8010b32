import type { AgentRequest } from '../runtime.ts';

/** The channel a request belongs to; chat.send is the web chat unless it says otherwise. */
export function channelOf(request: AgentRequest): string | undefined {
  return request.channel ?? request.origin?.channel ?? (request.source === 'chat.send' ? 'webchat' : undefined);
}
