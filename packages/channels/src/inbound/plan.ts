import { createHash } from 'node:crypto';
import {
  type AgentRequest,
  type InboundContext,
  type InboundGroup,
  type InboundMeans,
  type InboundMedia,
  isAbortWord,
  type ReplyOrigin,
  readRequest,
} from '@chela/agent';
import type { Config } from '@chela/config';
import { firstList, firstText } from '../access/group-settings.ts';
import { entriesOf } from '../access/lists.ts';
import { reactionLevel } from '../access/reaction-level.ts';
import type { ChannelAdapter } from '../contract/adapter.ts';
import type { InboundAttachment, InboundMessage } from '../contract/inbound.ts';
import type { AccountName } from '../kernel.ts';
import { isRecord, textOf } from '../record.ts';
import type { Accepted } from './decide.ts';
import { conversationLabel, historyLabel, locationText, messageText } from './message-text.ts';
import { broadcastAgents, parentConversation, routeConversation } from './route-conversation.ts';
import type { HeardMessage } from './understand-message.ts';

/**
 * What was decided about a batch, whole: it stands on the batch's last row, and everything later is done from it. Submitting
 * its requests again makes no second turn, since their run ids follow from the message.
 */
export interface Plan {
  /** One for the usual agent, several for a group with a broadcast list. */
  readonly requests: readonly AgentRequest[];
  /** One agent after the other has answered. */
  readonly isSequential: boolean;
  /** To be fetched before the requests go out. */
  readonly attachments: readonly InboundAttachment[];
  /** Files that were fetched when the message was judged; then nothing else is. */
  readonly media?: readonly InboundMedia[];
  /** The reaction that says the message was seen. */
  readonly ack?: string;
  /** Where the way to the owner is kept, for a direct conversation that has a session of its own. */
  readonly mainSessionKey?: string;
}

export interface PlanInput {
  readonly config: Config;
  readonly account: AccountName;
  /** Merged settings of the account. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly adapter: ChannelAdapter;
  readonly message: InboundMessage;
  readonly facts: Accepted;
  /** What was said in the group since the last answer, oldest first. */
  readonly skipped: readonly InboundMessage[];
  readonly ack: string | undefined;
  /** What the message says besides its letters, when that was found out. */
  readonly heard?: HeardMessage | undefined;
}

/** Pure. */
export function makePlan(input: PlanInput): Plan {
  const { config, account, adapter, message, facts, ack, heard } = input;
  const { conversation } = message;
  const broadcast = adapter.facts.broadcastGroups === true ? broadcastAgents(config, conversation) : undefined;
  const targets = broadcast?.agents.map((agentId) => ({
    agentId,
    sessionKey: withAgent(routeConversation(config, account, conversation, message.sender).sessionKey, agentId),
  })) ?? [facts.route];
  const { mainSessionKey, sessionKey } = facts.route;
  return {
    requests: targets.map(({ agentId, sessionKey: key }) =>
      requestFor(input, { agentId, sessionKey: key, isOneOfMany: broadcast !== undefined }),
    ),
    isSequential: broadcast?.isSequential === true,
    attachments: message.attachments,
    ...(heard?.media !== undefined && { media: heard.media }),
    ...(ack !== undefined && { ack }),
    ...(conversation.type === 'direct' && sessionKey !== mainSessionKey && { mainSessionKey }),
  };
}

/** A plan as it was stored; undefined for anything else. */
export function readPlan(value: unknown): Plan | undefined {
  if (!isRecord(value) || !Array.isArray(value.requests) || !Array.isArray(value.attachments)) return undefined;
  const requests = value.requests.flatMap((body: unknown): AgentRequest[] => {
    if (!isRecord(body)) return [];
    const { runId, agentId, sessionKey } = body;
    if (typeof runId !== 'string' || typeof agentId !== 'string' || typeof sessionKey !== 'string') return [];
    const row = {
      runId,
      agentId,
      sessionKey,
      source: 'channel' as const,
      state: 'received' as const,
      receivedAt: 0,
      body,
    };
    const request = readRequest(row);
    return request === undefined ? [] : [request];
  });
  if (requests.length === 0) return undefined;
  return {
    requests,
    isSequential: value.isSequential === true,
    attachments: value.attachments.filter(isAttachment),
    ...(Array.isArray(value.media) && { media: value.media.filter(isMedia) }),
    ...(typeof value.ack === 'string' && { ack: value.ack }),
    ...(typeof value.mainSessionKey === 'string' && { mainSessionKey: value.mainSessionKey }),
  };
}

function requestFor(
  input: PlanInput,
  target: { readonly agentId: string; readonly sessionKey: string; readonly isOneOfMany: boolean },
): AgentRequest {
  const { account, message, facts } = input;
  const { agentId, sessionKey } = target;
  const { sender } = message;
  return {
    runId: runIdOf(account, message, target.isOneOfMany ? agentId : ''),
    source: 'channel',
    agentId,
    sessionKey,
    requestedSessionKey: sessionKey,
    text: requestText(message, facts.command, input.heard),
    images: [],
    channel: account.channel,
    sender: {
      messageId: message.messageId,
      name: sender.id,
      isOwner: facts.isOwner,
      mayCommand: facts.mayCommand,
      isKnown: facts.isKnown,
    },
    ...(!facts.isOwner && { provenance: { kind: 'external_user' as const, sourceChannel: account.channel } }),
    origin: {
      ...originOf(account, message, facts.group?.wasMentioned),
      ...(input.ack !== undefined && { isAcked: true }),
    },
    inbound: { ...inboundOf(input), ...parentOf(input, agentId) },
  };
}

/** Whose history a new thread begins with: that of its parent with the same agent. */
function parentOf({ config, account, message }: PlanInput, agentId: string): Pick<InboundContext, 'parentSessionKey'> {
  if (message.conversation.inheritsParent !== true) return {};
  const { sessionKey } = routeConversation(config, account, parentConversation(message.conversation), message.sender);
  return { parentSessionKey: withAgent(sessionKey, agentId) };
}

/** Where an answer to a message goes. */
export function originOf(account: AccountName, message: InboundMessage, wasMentioned?: boolean): ReplyOrigin {
  const { replyTo } = message;
  return {
    channel: account.channel,
    accountId: account.accountId,
    to: replyTo.to,
    ...(replyTo.threadId !== undefined && { threadId: replyTo.threadId }),
    messageId: message.messageId,
    chatType: message.conversation.type,
    ...(wasMentioned !== undefined && { wasMentioned }),
    ...(isFromMenu(message) && { isFromMenu: true }),
    ...(message.button !== undefined && { button: buttonOf(message.button) }),
  };
}

/** A command that was sent as one speaks to us wherever it is. */
function isFromMenu({ isNativeCommand, button }: InboundMessage): boolean {
  return isNativeCommand === true && button === undefined;
}

function buttonOf({ messageId, turnsPage }: NonNullable<InboundMessage['button']>): NonNullable<ReplyOrigin['button']> {
  return { messageId, ...(turnsPage === true && { turnsPage }) };
}

function inboundOf(input: PlanInput): InboundContext {
  const { account, adapter, message, facts, skipped } = input;
  const { conversation, sender, quote, forward } = message;
  const { name, username, tag, e164 } = sender;
  const label = conversationLabel(conversation);
  return {
    messageId: message.messageId,
    at: message.at,
    ...(message.fullMessageId !== undefined && { fullMessageId: message.fullMessageId }),
    chatType: conversation.type,
    chatId: adapter.targets.write({ to: message.replyTo.to }),
    from: fromOf(account, message),
    sender: {
      id: sender.id,
      ...(name !== undefined && { name }),
      ...(username !== undefined && { username }),
      ...(tag !== undefined && { tag }),
      ...(e164 !== undefined && { e164 }),
    },
    ...(label !== undefined && { conversationLabel: label }),
    ...(facts.group !== undefined && { group: groupOf(message, facts.group) }),
    ...(conversation.threadLabel !== undefined && { threadLabel: conversation.threadLabel }),
    ...(conversation.isForum === true && { isForum: true }),
    ...((facts.group?.wasMentioned === true || isFromMenu(message)) && { wasMentioned: true }),
    ...(message.isNativeCommand === true && { isNativeCommand: true }),
    ...(isFromMenu(message) && { isFromMenu: true }),
    ...(quote?.messageId !== undefined && { replyToId: quote.messageId }),
    ...(quote !== undefined && {
      quote: {
        body: quote.body === '' && quote.location !== undefined ? locationText(quote.location) : quote.body,
        ...(quote.sender !== undefined && { sender: quote.sender }),
        ...(quote.isExcerpt === true && { isExcerpt: true }),
      },
    }),
    ...(forward !== undefined && { forward }),
    ...(message.threadStarter !== undefined && { threadStarter: message.threadStarter }),
    ...(message.note !== undefined && { note: message.note }),
    means: meansOf(input),
    history: skipped.map((earlier) => ({
      sender: historyLabel(earlier.sender),
      at: earlier.at,
      body: messageText(earlier),
    })),
    media: [],
  };
}

/** What the model may use besides text, so that it tries nothing that would be refused. */
function meansOf({ adapter, settings, message }: PlanInput): InboundMeans {
  const level = reactionLevel(adapter.facts, settings);
  const hasButtons = adapter.facts.can.buttons === true && !adapter.buttonProblem?.(settings, message.replyTo);
  return {
    ...((level === 'minimal' || level === 'extensive') && { reactions: level }),
    ...(hasButtons && { buttons: true }),
  };
}

function groupOf({ conversation }: InboundMessage, facts: NonNullable<Accepted['group']>): InboundGroup {
  const { id, subject, channelName, space } = conversation;
  const systemPrompt = systemPrompts(facts.settings);
  const skills = entriesOf(firstList(facts.settings, 'skills'));
  return {
    id,
    ...(subject !== undefined && { subject }),
    ...(channelName !== undefined && { channel: channelName }),
    ...(space !== undefined && { space }),
    ...(systemPrompt !== undefined && { systemPrompt }),
    ...(skills !== undefined && { skills }),
    activation: facts.activation,
  };
}

/** The group's words, then those of the topic. */
function systemPrompts(settings: NonNullable<Accepted['group']>['settings']): string | undefined {
  const { layers, topic } = settings;
  const group = firstText({ layers: layers.filter((layer) => layer !== topic) }, 'systemPrompt');
  const own = textOf(topic?.systemPrompt);
  const texts = [group, own].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

function fromOf({ channel }: AccountName, { conversation, sender }: InboundMessage): string {
  return conversation.type === 'direct'
    ? `${channel}:${sender.id}`
    : `${channel}:${conversation.type}:${conversation.id}`;
}

/** Words that stop a run are the command for it. */
function requestText(message: InboundMessage, command: string | undefined, heard: HeardMessage | undefined): string {
  if (command === undefined) return heard === undefined || heard.body === '' ? messageText(message) : heard.body;
  return isAbortWord(command) ? '/stop' : command;
}

function withAgent(sessionKey: string, agentId: string): string {
  return sessionKey.replace(/^agent:[^:]+:/, `agent:${agentId}:`);
}

/** The same for the same message, however often it is handed over; written like the other run ids. */
export function runIdOf({ channel, accountId }: AccountName, message: InboundMessage, agentId: string): string {
  const { type, id, threadId = '' } = message.conversation;
  const facts = JSON.stringify([channel, accountId, type, id, threadId, message.messageId, agentId]);
  return uuidOf(facts);
}

/** A UUID that follows from a text. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function isMedia(value: unknown): value is InboundMedia {
  return isRecord(value) && typeof value.path === 'string' && typeof value.mimeType === 'string';
}

function isAttachment(value: unknown): value is InboundAttachment {
  return isRecord(value) && typeof value.kind === 'string' && isRecord(value.ref);
}
