import { ZERO_USAGE } from '@chela/models';
import type { TranscriptMessage } from '@chela/store';

/**
 * An assistant message the gateway wrote itself, in the form the contract gives it (reference protocol/protocol.md §6):
 * notices, command answers and what is kept of an aborted answer.
 */
export function injectedMessage(
  text: string,
  timestamp: number,
  members: Readonly<Record<string, unknown>> = {},
): TranscriptMessage {
  return {
    role: 'assistant',
    content: [{ type: 'text', text }],
    api: 'openai-responses',
    provider: 'openclaw',
    model: 'gateway-injected',
    usage: ZERO_USAGE,
    stopReason: 'stop',
    timestamp,
    ...members,
  };
}
