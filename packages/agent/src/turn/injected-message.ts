import type { TranscriptMessage } from '@chela/store';
import { NO_USAGE } from './usage-sum.ts';

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
    usage: NO_USAGE,
    stopReason: 'stop',
    timestamp,
    ...members,
  };
}
