import type { ImagePart, ThinkingLevel } from '@chela/models';
import type { InboxRow } from '@chela/store';
import { readDeliveryPlace, readInbound, readOrigin } from './inbound/read-inbound.ts';
import { isRecord, readUserParts } from './messages/content-parts.ts';
import { readProvenance } from './messages/provenance.ts';
import type { AgentRequest, ClientTool, HeartbeatEvent, RunEvent, RunOutcome } from './runtime.ts';
import { THINKING_LEVELS } from './turn/model-context.ts';

/** Reads back what the ledger kept as JSON. Rows may be older than this program, so nothing is taken on trust. */

/** The request of an inbox row; undefined when its body is none. */
export function readRequest(row: InboxRow): AgentRequest | undefined {
  const body = row.body;
  if (!isRecord(body) || typeof body.text !== 'string') return undefined;
  const sender = readSender(body.sender);
  const thinking = readThinking(body.thinking);
  const model = readModel(body.model);
  const provenance = readProvenance(body.provenance);
  const heartbeat = readHeartbeat(body.heartbeat);
  const origin = readOrigin(body.origin);
  const inbound = readInbound(body.inbound);
  const deliverTo = readDeliveryPlace(body.deliverTo);
  return {
    runId: row.runId,
    source: row.source,
    agentId: row.agentId,
    sessionKey: row.sessionKey,
    requestedSessionKey: textOr(body.requestedSessionKey, row.sessionKey),
    text: body.text,
    images: readUserParts(body.images).filter((part): part is ImagePart => part.type === 'image'),
    ...(thinking === undefined ? {} : { thinking }),
    ...(typeof body.extraSystemPrompt === 'string' ? { extraSystemPrompt: body.extraSystemPrompt } : {}),
    ...(sender === undefined ? {} : { sender }),
    ...(provenance === undefined ? {} : { provenance }),
    ...(origin === undefined ? {} : { origin }),
    ...(inbound === undefined ? {} : { inbound }),
    ...(deliverTo === undefined ? {} : { deliverTo }),
    ...(typeof body.timeoutMs === 'number' ? { timeoutMs: body.timeoutMs } : {}),
    ...(typeof body.channel === 'string' ? { channel: body.channel } : {}),
    ...(model === undefined ? {} : { model }),
    ...(body.verbatim === true ? { verbatim: true } : {}),
    ...(body.freshSession === true ? { freshSession: true } : {}),
    ...(body.memoryFlush === true ? { memoryFlush: true } : {}),
    ...(Array.isArray(body.clientTools) ? { clientTools: body.clientTools.flatMap(readClientTool) } : {}),
    ...(heartbeat === undefined ? {} : { heartbeat }),
  };
}

/** True for an outcome as `endTurn` stored it. */
export function isRunOutcome(value: unknown): value is RunOutcome {
  if (!isRecord(value) || !isRecord(value.meta)) return false;
  if (typeof value.startedAt !== 'number' || typeof value.endedAt !== 'number') return false;
  const { kind } = value;
  if (kind === 'errored') return typeof value.errorMessage === 'string';
  if (kind === 'aborted') return typeof value.partialText === 'string';
  return kind === 'answered' && Array.isArray(value.payloads);
}

/** True for the event an outbox row asks to publish. */
export function isEndedEvent(value: unknown): value is Extract<RunEvent, { type: 'ended' }> {
  return (
    isRecord(value) &&
    value.type === 'ended' &&
    typeof value.runId === 'string' &&
    typeof value.sessionKey === 'string' &&
    isRunOutcome(value.outcome)
  );
}

function readSender(value: unknown): AgentRequest['sender'] {
  if (!isRecord(value)) return undefined;
  const { messageId, name, scopes, isOwner, mayCommand, isKnown } = value;
  if (typeof messageId !== 'string' || typeof name !== 'string') return undefined;
  return {
    messageId,
    name,
    ...(Array.isArray(scopes) ? { scopes: scopes.map(String) } : {}),
    ...(typeof isOwner === 'boolean' ? { isOwner } : {}),
    ...(typeof mayCommand === 'boolean' ? { mayCommand } : {}),
    ...(typeof isKnown === 'boolean' ? { isKnown } : {}),
  };
}

function readThinking(value: unknown): ThinkingLevel | undefined {
  return THINKING_LEVELS.find((level) => level === value);
}

function readModel(value: unknown): AgentRequest['model'] {
  if (!isRecord(value)) return undefined;
  const { provider, model } = value;
  return typeof provider === 'string' && typeof model === 'string' ? { provider, model } : undefined;
}

function readClientTool(value: unknown): readonly ClientTool[] {
  if (!isRecord(value) || typeof value.name !== 'string' || !isRecord(value.parameters)) return [];
  return [{ name: value.name, description: textOr(value.description, ''), parameters: value.parameters }];
}

const HEARTBEAT_EVENTS: readonly HeartbeatEvent[] = ['heartbeat', 'cron-event', 'exec-event'];

function readHeartbeat(value: unknown): AgentRequest['heartbeat'] {
  if (!isRecord(value) || typeof value.ackMaxChars !== 'number') return undefined;
  return {
    event: HEARTBEAT_EVENTS.find((event) => event === value.event) ?? 'heartbeat',
    ackMaxChars: value.ackMaxChars,
    ...(value.includeReasoning === true && { includeReasoning: true }),
    ...(value.suppressToolErrorWarnings === true && { suppressToolErrorWarnings: true }),
  };
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}
