import type { AgentRequest } from '../runtime.ts';

/** Whether a person wrote the message in a conversation: through the web chat or on a channel. Programs come through `agent`. */
export function isConversation(request: Pick<AgentRequest, 'source'>): boolean {
  return request.source === 'chat.send' || request.source === 'channel';
}
