import type { InboundSender } from '@chela/channels/adapter';
import type { Chat, User } from 'grammy/types';

export const fullName = (person: { first_name?: string | undefined; last_name?: string | undefined }): string =>
  [person.first_name, person.last_name].filter(Boolean).join(' ').trim();

/**
 * Not marked as a bot: the vendor shows a bot no other bot's messages but those that speak for people, e.g. anonymous
 * administrators.
 */
export function senderOf(user: User): InboundSender {
  return {
    id: String(user.id),
    ...(fullName(user) && { name: fullName(user) }),
    ...(user.username && { username: user.username }),
  };
}

/** A channel that speaks for itself. */
export function chatAsSender(chat: Chat): InboundSender {
  return {
    id: String(chat.id),
    ...(chat.title && { name: chat.title }),
    ...(chat.username && { username: chat.username }),
  };
}

/** `Ann Lee (@ann)`, as system lines name people. */
export function nameWithHandle({ name, username, id }: InboundSender): string {
  if (name && username) return `${name} (@${username})`;
  return name ?? (username ? `@${username}` : id);
}
