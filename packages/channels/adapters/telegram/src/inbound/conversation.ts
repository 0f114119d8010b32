import type { InboundConversation, OutboundAddress } from '@chela/channels/adapter';
import type { Chat } from 'grammy/types';

export interface Place {
  readonly conversation: InboundConversation;
  readonly replyTo: OutboundAddress;
}

/** The topic in which a forum's messages without one lie. */
export const GENERAL_TOPIC = '1';

/**
 * The conversation of a message and where its answer goes (reference channels/telegram.md §3 Session). A thread id counts
 * in forums, where its absence means General, and in private chats; elsewhere it only marks replies. `senderId` names a
 * private conversation.
 */
export function placeOf(chat: Chat, threadId: number | undefined, senderId: string): Place {
  const to = String(chat.id);
  if (chat.type === 'private') {
    const thread = threadId === undefined ? undefined : String(threadId);
    return {
      conversation: {
        type: 'direct',
        id: senderId,
        ...(thread !== undefined && { threadId: thread, threadSuffix: `thread:${thread}` }),
      },
      replyTo: { to, ...(thread !== undefined && { threadId: thread }) },
    };
  }
  const isForum = chat.is_forum === true;
  const topic = isForum ? String(threadId ?? GENERAL_TOPIC) : undefined;
  const label = `${chat.title ? `${chat.title} ` : ''}id:${to}${topic === undefined ? '' : ` topic:${topic}`}`;
  return {
    conversation: {
      type: 'group',
      id: to,
      label,
      ...(chat.title && { subject: chat.title }),
      ...(isForum && { isForum }),
      ...(topic !== undefined && { threadId: topic, threadSuffix: `topic:${topic}`, parentId: to }),
    },
    replyTo: { to, ...(topic !== undefined && { threadId: topic }) },
  };
}
