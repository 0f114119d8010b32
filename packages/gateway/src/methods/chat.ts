import { canonicalSessionKey, isStopRequest, type SubmitResult } from '@chela/agent';
import { invalidRequest, type SchemaTypes } from '@chela/protocol';
import { imagesOf, readAttachments } from '../chat/attachments.ts';
import { HISTORY_DEFAULT_MESSAGES, projectHistory } from '../chat/history-projection.ts';
import { injectNote } from '../chat/inject-note.ts';
import { cleanMessageText } from '../chat/message-text.ts';
import type { Caller, GatewayServices, MethodFamily } from '../method.ts';
import { assertKnownAgent, assertSoundKey } from './agent-roster.ts';
import { createRowBuilder } from './row.ts';
import { assertMaySend, loadSession, text } from './session-access.ts';
import { sessionThinkingLevel } from './thinking-level.ts';

/** The channel that messages of gateway clients come from. */
const CLIENT_CHANNEL = 'webchat';
const CHAT_RUN_GRACE_MS = 60_000;
const CHAT_RUN_MIN_MS = 120_000;
const CHAT_RUN_MAX_MS = 86_400_000;
/** Entries of a transcript that are no messages (levels, labels, custom facts) stand between those that are shown. */
const ENTRIES_PER_MESSAGE = 2;
const EXTRA_ENTRIES = 32;

/** `chat.*`: what a chat window needs (reference protocol/protocol.md §6). */
export const chatMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'chat.send',
      params: 'ChatSendParams',
      handle: (params, { caller }) => sendChat(services, params, caller),
    }),
    row({ name: 'chat.abort', params: 'ChatAbortParams', handle: (params) => abortChat(services, params) }),
    row({ name: 'chat.history', params: 'ChatHistoryParams', handle: (params) => chatHistory(services, params) }),
    row({ name: 'chat.inject', params: 'ChatInjectParams', handle: (params) => injectNote(services, params) }),
  ];
};

/**
 * The `thinking` param is accepted and has no effect: clients rely on it becoming an inline directive, and a directive
 * beside other text is ignored (reference agent/sessions.md §19).
 */
async function sendChat(
  services: GatewayServices,
  params: SchemaTypes['ChatSendParams'],
  caller: Caller,
): Promise<unknown> {
  const message = cleanMessageText(params.message);
  const attachments = readAttachments(params.attachments);
  if (message.trim() === '' && attachments.length === 0) throw invalidRequest('message or attachment required');
  const images = imagesOf(attachments, services.logger);
  const config = services.config.current();
  assertSoundKey(params.sessionKey, 'chat.send');
  const session = await loadSession(services, params.sessionKey);
  assertKnownAgent(config, session.agentId, 'chat.send');
  assertMaySend(config, session);
  if (isStopRequest(message)) {
    const { runIds } = await services.agent.abort({ sessionKey: session.key, origin: 'stop-command' });
    return { ok: true, aborted: runIds.length > 0, runIds };
  }
  const runId = params.idempotencyKey;
  const result = await services.agent.submit({
    runId,
    source: 'chat.send',
    agentId: session.agentId,
    sessionKey: session.key,
    requestedSessionKey: params.sessionKey,
    text: message.trim(),
    images,
    sender: { messageId: runId, name: caller.client.id, scopes: caller.scopes },
    channel: CLIENT_CHANNEL,
    ...(params.timeoutMs !== undefined && { timeoutMs: chatTimeoutMs(params.timeoutMs) }),
  });
  return { runId, status: SEND_STATUS[result.status] };
}

/**
 * Clients send short limits meant for the request; a run gets a grace on top and never less than two minutes, so that
 * one with tools is not cut off (reference protocol/protocol.md §6). 0 stays: no limit.
 */
function chatTimeoutMs(asked: number): number {
  if (asked === 0) return 0;
  return Math.min(CHAT_RUN_MAX_MS, Math.max(CHAT_RUN_MIN_MS, asked + CHAT_RUN_GRACE_MS));
}

const SEND_STATUS = { started: 'started', inFlight: 'in_flight', ended: 'ok' } as const satisfies Record<
  SubmitResult['status'],
  string
>;

/** Runs are matched by their stored key, so that every spelling of a session's key stops them. */
async function abortChat(services: GatewayServices, params: SchemaTypes['ChatAbortParams']): Promise<unknown> {
  const sessionKey = canonicalSessionKey(params.sessionKey, services.config.current());
  if (params.runId !== undefined) {
    const run = services.agent.active().find(({ runId }) => runId === params.runId);
    if (run === undefined) return { ok: true, aborted: false, runIds: [] };
    if (run.sessionKey !== sessionKey) throw invalidRequest('runId does not match sessionKey');
  }
  const { runIds } = await services.agent.abort({
    sessionKey,
    origin: 'rpc',
    ...(params.runId !== undefined && { runId: params.runId }),
  });
  return { ok: true, aborted: runIds.length > 0, runIds };
}

async function chatHistory(services: GatewayServices, params: SchemaTypes['ChatHistoryParams']): Promise<unknown> {
  const session = await loadSession(services, params.sessionKey);
  const limit = params.limit ?? HISTORY_DEFAULT_MESSAGES;
  const sessionId = text(session.entry?.sessionId);
  const entries =
    sessionId === undefined
      ? []
      : await services.store.transcripts.branch(sessionId, limit * ENTRIES_PER_MESSAGE + EXTRA_ENTRIES);
  const verboseLevel = session.entry?.verboseLevel ?? text(services.config.current().agents?.defaults?.verboseDefault);
  return {
    sessionKey: params.sessionKey,
    ...(sessionId !== undefined && { sessionId }),
    messages: projectHistory(entries, limit),
    thinkingLevel: await sessionThinkingLevel(services, session),
    ...(verboseLevel !== undefined && { verboseLevel }),
  };
}
