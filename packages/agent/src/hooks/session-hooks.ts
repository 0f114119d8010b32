import type { HookBell } from '@chela/hooks';
import type { SessionEntry } from '@chela/store';
import type { InboundContext } from '../inbound/inbound-context.ts';
import { channelOf } from '../messages/request-channel.ts';
import type { AgentRequest } from '../runtime.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';

/** What hooks hear of conversations (reference agent/automation.md §4.2). */

type HookDeps = Pick<TurnDeps, 'config' | 'hooks'>;

/** A message of a person that was taken in. Nobody waits for what hooks do about it. */
export function tellReceived({ hooks }: { readonly hooks: HookBell }, request: AgentRequest): void {
  if (!isFromPerson(request) || !hooks.hears('message', 'received')) return;
  const channel = channelOf(request) ?? '';
  const { text, sessionKey } = request;
  const facts = request.inbound === undefined ? clientFacts(request) : channelFacts(request, request.inbound);
  const { metadata, from, ...rest } = facts;
  hooks.tell({
    type: 'message',
    action: 'received',
    sessionKey,
    context: {
      from: channel === 'webchat' ? '' : from,
      content: text,
      channelId: channel,
      ...rest,
      metadata: { ...metadata, provider: channel, surface: channel },
    },
  });
}

function isFromPerson({ source, heartbeat, provenance }: AgentRequest): boolean {
  if (source === 'channel') return true;
  return source === 'chat.send' && heartbeat === undefined && provenance === undefined;
}

interface MessageFacts {
  readonly from: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

function clientFacts({ sender }: AgentRequest): MessageFacts {
  if (sender === undefined) return { from: '', metadata: {} };
  return { from: sender.name, messageId: sender.messageId, metadata: { senderId: sender.name } };
}

function channelFacts({ origin }: AgentRequest, inbound: InboundContext): MessageFacts {
  const { from, chatId, messageId, sender, at } = inbound;
  return {
    from,
    messageId,
    conversationId: chatId,
    ...(at !== undefined && { timestamp: at }),
    ...(origin !== undefined && { accountId: origin.accountId }),
    metadata: {
      to: chatId,
      senderId: sender.id,
      ...(origin?.threadId !== undefined && { threadId: origin.threadId }),
      ...(sender.name !== undefined && { senderName: sender.name }),
      ...(sender.username !== undefined && { senderUsername: sender.username }),
      ...(sender.e164 !== undefined && { senderE164: sender.e164 }),
    },
  };
}

/** Says that a message started its session over; resolves with what hooks want said. */
export async function ringReset(
  { config, hooks }: HookDeps,
  request: AgentRequest,
  sessions: { readonly before: SessionEntry | undefined; readonly now: SessionEntry | undefined },
): Promise<readonly string[]> {
  const action = request.text.trimStart().toLowerCase().startsWith('/reset') ? 'reset' : 'new';
  if (!hooks.hears('command', action)) return [];
  const { sender, sessionKey } = request;
  const { messages } = await hooks.ring({
    type: 'command',
    action,
    sessionKey,
    context: {
      sessionEntry: sessions.now,
      previousSessionEntry: sessions.before,
      commandSource: channelOf(request) ?? 'agent',
      ...(sender && { senderId: sender.name }),
      cfg: config.current(),
    },
  });
  return messages;
}

/** Says that a person stopped what runs in a session; resolves with what hooks want said. */
export async function ringStop(
  { config, hooks, store }: HookDeps & Pick<TurnDeps, 'store'>,
  sessionKey: string,
  from: { readonly channel: string; readonly senderId?: string },
): Promise<readonly string[]> {
  if (!hooks.hears('command', 'stop')) return [];
  const session = await store.sessions.get(sessionKey);
  const { messages } = await hooks.ring({
    type: 'command',
    action: 'stop',
    sessionKey,
    context: {
      sessionEntry: session?.entry,
      ...(session && { sessionId: session.entry.sessionId }),
      commandSource: from.channel,
      ...(from.senderId !== undefined && { senderId: from.senderId }),
      cfg: config.current(),
    },
  });
  return messages;
}
