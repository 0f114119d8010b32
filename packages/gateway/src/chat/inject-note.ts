import { invalidRequest, type SchemaTypes, unavailable } from '@chela/protocol';
import type { TranscriptMessage } from '@chela/store';
import type { GatewayServices } from '../method.ts';
import { loadSession } from '../methods/session-access.ts';

const NO_TOKENS = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
} as const;

/**
 * `chat.inject`: puts a note into a conversation as if the assistant had said it, without a model call, and shows it
 * to everybody (reference protocol/methods.json `chat.inject`).
 */
export async function injectNote(services: GatewayServices, params: SchemaTypes['ChatInjectParams']): Promise<unknown> {
  const { entry } = await loadSession(services, params.sessionKey);
  if (!entry?.sessionId) throw invalidRequest('session not found');
  const { transcripts } = services.store;
  if ((await transcripts.branch(entry.sessionId, 1)).length === 0) {
    throw unavailable('failed to write transcript: transcript file not found');
  }
  const message = note(params.message, params.label, services.clock.now());
  const [written] = await transcripts.append(entry.sessionId, [{ type: 'message', message }]);
  if (written === undefined) throw unavailable('failed to write transcript: nothing was written');
  services.broadcast.send('chat', {
    runId: `inject-${written.id}`,
    sessionKey: params.sessionKey,
    seq: 0,
    state: 'final',
    message,
  });
  return { ok: true, messageId: written.id };
}

function note(words: string, label: string | undefined, timestamp: number): TranscriptMessage {
  return {
    role: 'assistant',
    content: [{ type: 'text', text: label ? `[${label}]\n\n${words}` : words }],
    timestamp,
    stopReason: 'stop',
    usage: NO_TOKENS,
    api: 'openai-responses',
    provider: 'openclaw',
    model: 'gateway-injected',
  };
}
