import { randomUUID } from 'node:crypto';
import { type AgentRequest, canonicalSessionKey, mainSessionKey, resolveSessionAgentId } from '@chela/agent';
import { agentIds, defaultAgentId } from '@chela/config';
import { normalizeThinking } from '@chela/models';
import { type ChannelPlace, channelPlace, lastPlace } from '../announce/channel-place.ts';
import { imagesOf, readAttachments } from '../chat/attachments.ts';
import type { GatewayServices } from '../method.ts';
import { isRecord } from '../methods/record.ts';
import { assertMaySend, loadSession } from '../methods/session-access.ts';
import { execNote } from './exec-note.ts';
import { createTranscriptFilter } from './transcript-filter.ts';

/** `node.event` as a node sends it. */
export interface NodeEvent {
  readonly event: string;
  readonly payload?: unknown;
  readonly payloadJSON?: string;
}

/** What nodes tell without being asked (reference nodes/nodes.md §7). */
export interface NodeEvents {
  /** Acts on an event; unknown and malformed ones are dropped. Rejects when a turn could not be accepted. */
  take(nodeId: string, event: NodeEvent): Promise<void>;
}

type Fields = Readonly<Record<string, unknown>>;

const TEXT_CHARS = 20_000;
const RECEIPT_TEXT = 'Got it. I am working on it.';
const EXEC_EVENTS = { 'exec.started': 'started', 'exec.finished': 'finished', 'exec.denied': 'denied' } as const;

function fieldsOf({ payload, payloadJSON }: NodeEvent): Fields {
  if (payloadJSON === undefined) return isRecord(payload) ? payload : {};
  try {
    const value: unknown = JSON.parse(payloadJSON);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

export function createNodeEvents(services: GatewayServices): NodeEvents {
  const { agent, automation, config, systemEvents, clock, logger } = services;
  const transcripts = createTranscriptFilter();

  function noteExec(nodeId: string, event: 'started' | 'finished' | 'denied', fields: Fields): void {
    const note = execNote(nodeId, event, fields);
    if (note === undefined) return;
    const key = canonicalSessionKey(textOf(fields.sessionKey) || `node-${nodeId}`, config.current());
    const run = textOf(fields.runId);
    systemEvents.add(key, note, run === '' ? undefined : `exec:${run}`);
    const agentId = resolveSessionAgentId(key, config.current());
    automation.heartbeats.wake({ reason: 'exec-event', agentId, sessionKey: key });
  }

  /** Starts a turn; the node sees it through the session's events. */
  async function startTurn(
    rawKey: string,
    turn: Pick<AgentRequest, 'runId' | 'text'> &
      Partial<Pick<AgentRequest, 'images' | 'thinking' | 'timeoutMs' | 'deliverTo'>>,
  ): Promise<void> {
    const session = await loadSession(services, rawKey);
    const { key, agentId } = session;
    const current = config.current();
    if (!agentIds(current).includes(agentId) && agentId !== defaultAgentId(current)) return;
    assertMaySend(current, session);
    const target = { source: 'agent', agentId, sessionKey: key, requestedSessionKey: key } as const;
    const submitted = await agent.submit({ images: [], ...turn, ...target });
    if (submitted.status !== 'started') return;
    submitted.outcome.catch((error: unknown) => logger.warn('a turn for a node failed', { sessionKey: key, error }));
  }

  async function hear(fields: Fields): Promise<void> {
    const text = textOf(fields.text);
    if (text === '' || text.length > TEXT_CHARS) return;
    const current = config.current();
    const rawKey = textOf(fields.sessionKey) || mainSessionKey(current, defaultAgentId(current));
    if (!transcripts.isNew(canonicalSessionKey(rawKey, current), fields, text, clock.now())) return;
    await startTurn(rawKey, { runId: `voice-${randomUUID()}`, text, thinking: 'low' });
  }

  /** Where the answer is sent besides the node; undefined, with a warning, when the conversation has no such place. */
  async function placeFor(rawKey: string, fields: Fields): Promise<ChannelPlace | undefined> {
    const last = lastPlace((await loadSession(services, rawKey)).entry);
    const channel = textOf(fields.channel).toLowerCase() || last.channel;
    const to = textOf(fields.to) || (channel === last.channel ? last.to : undefined);
    const known = channel === last.channel && to === last.to ? last : {};
    try {
      if (channel === undefined || to === undefined) throw new Error('nobody wrote there from a channel');
      return channelPlace(services, { ...known, channel, to });
    } catch (error) {
      logger.warn('the answer to a node is not delivered to a channel', { sessionKey: rawKey, error });
      return undefined;
    }
  }

  /** Nobody waits for it, and it must not keep the request from running. */
  async function acknowledge({ channels, place }: ChannelPlace, runId: string, text: string): Promise<void> {
    const sending = { account: place, address: place, key: `node-receipt:${runId}`, text, bestEffort: true };
    await channels.outbound.enqueue(sending).catch((error: unknown) => {
      logger.warn('a request of a node could not be acknowledged', { runId, error });
    });
  }

  async function request(nodeId: string, fields: Fields): Promise<void> {
    const text = textOf(fields.message);
    if (text === '' || text.length > TEXT_CHARS) return;
    const attachments = Array.isArray(fields.attachments) ? fields.attachments : undefined;
    const thinking = normalizeThinking(textOf(fields.thinking));
    const seconds = fields.timeoutSeconds;
    const rawKey = textOf(fields.sessionKey) || `node-${nodeId}`;
    const runId = textOf(fields.key) || randomUUID();
    const delivery = fields.deliver === true ? await placeFor(rawKey, fields) : undefined;
    if (delivery !== undefined && fields.receipt === true) {
      await acknowledge(delivery, runId, textOf(fields.receiptText) || RECEIPT_TEXT);
    }
    await startTurn(rawKey, {
      runId,
      text,
      ...(delivery !== undefined && { deliverTo: delivery.place }),
      images: imagesOf(readAttachments(attachments), logger),
      ...(thinking !== undefined && { thinking }),
      ...(typeof seconds === 'number' && seconds > 0 && { timeoutMs: seconds * 1_000 }),
    });
  }

  return {
    async take(nodeId, event) {
      const fields = fieldsOf(event);
      switch (event.event) {
        case 'exec.started':
        case 'exec.finished':
        case 'exec.denied':
          return noteExec(nodeId, EXEC_EVENTS[event.event], fields);
        case 'voice.transcript':
          return hear(fields);
        case 'agent.request':
          return request(nodeId, fields);
        // chat.subscribe and chat.unsubscribe ask for what every node is sent anyway, once.
        default:
      }
    },
  };
}
