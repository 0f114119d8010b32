import { injectedMessage } from '@chela/agent';
import { invalidRequest, type SchemaTypes, unavailable } from '@chela/protocol';
import type { GatewayServices } from '../method.ts';
import { loadSession } from '../methods/session-access.ts';

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
  const text = params.label ? `[${params.label}]\n\n${params.message}` : params.message;
  const message = injectedMessage(text, services.clock.now());
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
