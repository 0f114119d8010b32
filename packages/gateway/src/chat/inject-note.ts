import { injectedMessage } from '@chela/agent';
import { invalidRequest, type SchemaTypes, unavailable } from '@chela/protocol';
import type { GatewayServices } from '../method.ts';
import { loadSession } from '../methods/session-access.ts';

/** Newest messages among which a note that was cut off is looked for. */
const LOOKBACK = 200;

/**
 * `chat.inject`: puts a note into a conversation as if the assistant had said it, without a model call, and shows it
 * to everybody (reference protocol/methods.json `chat.inject`). A note whose `key` stands in the conversation already is
 * not put there again.
 */
export async function injectNote(
  services: Pick<GatewayServices, 'config' | 'store' | 'clock' | 'broadcast'>,
  params: SchemaTypes['ChatInjectParams'],
  key?: string,
): Promise<unknown> {
  const { entry } = await loadSession(services, params.sessionKey);
  if (!entry?.sessionId) throw invalidRequest('session not found');
  const { transcripts } = services.store;
  if ((await transcripts.branch(entry.sessionId, 1)).length === 0) {
    throw unavailable('failed to write transcript: transcript file not found');
  }
  const before = key === undefined ? undefined : await noteUnder(services, entry.sessionId, key);
  if (before !== undefined) return { ok: true, messageId: before };
  const text = params.label ? `[${params.label}]\n\n${params.message}` : params.message;
  const message = injectedMessage(text, services.clock.now(), key === undefined ? {} : { idempotencyKey: key });
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

async function noteUnder(
  { store }: Pick<GatewayServices, 'store'>,
  sessionId: string,
  key: string,
): Promise<string | undefined> {
  const newest = await store.transcripts.tail(sessionId, LOOKBACK);
  return newest.find((entry) => entry.type === 'message' && entry.message.idempotencyKey === key)?.id;
}
