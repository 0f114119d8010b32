import type { HookBell } from '@chela/hooks';
import type { SessionEntry } from '@chela/store';
import type { AgentRequest } from '../runtime.ts';
import { channelOf } from '../turn/open-session.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';

/** What hooks hear of conversations (reference agent/automation.md §4.2). */

type HookDeps = Pick<TurnDeps, 'config' | 'hooks'>;

/** A message that was taken in. Nobody waits for what hooks do about it. */
export function tellReceived({ hooks }: { readonly hooks: HookBell }, request: AgentRequest): void {
  const isHeard = request.source === 'chat.send' && request.heartbeat === undefined && request.provenance === undefined;
  if (!isHeard || !hooks.hears('message', 'received')) return;
  const channel = channelOf(request) ?? '';
  const { sender, text, sessionKey } = request;
  hooks.tell({
    type: 'message',
    action: 'received',
    sessionKey,
    context: {
      from: channel === 'webchat' ? '' : (sender?.name ?? ''),
      content: text,
      channelId: channel,
      ...(sender && { messageId: sender.messageId }),
      metadata: { provider: channel, surface: channel, ...(sender && { senderId: sender.name }) },
    },
  });
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
