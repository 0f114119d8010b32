import type { InboundNote } from '@chela/channels/adapter';
import type { MessageReactionUpdated, ReactionType } from 'grammy/types';
import { placeOf } from './conversation.ts';
import { chatAsSender, nameWithHandle, senderOf } from './people.ts';

const MS_PER_SECOND = 1000;

/** Reactions that were added, each a line before the next message (reference channels/framework.md §22). */
export function notesOfReaction(updateId: number, update: MessageReactionUpdated): readonly InboundNote[] {
  const person = update.user ? senderOf(update.user) : update.actor_chat && chatAsSender(update.actor_chat);
  if (!person || update.user?.is_bot) return [];
  const before = new Set(update.old_reaction.map(signOf));
  const added = update.new_reaction.map(signOf).filter((sign) => sign !== undefined && !before.has(sign));
  const { conversation } = placeOf(update.chat, undefined, person.id);
  return added.map((sign) => ({
    kind: 'note',
    eventId: `reaction:${updateId}:${sign}`,
    at: update.date * MS_PER_SECOND,
    conversation,
    sender: person,
    text: `Telegram reaction added: ${sign} by ${nameWithHandle(person)} on msg ${update.message_id}`,
  }));
}

const signOf = (reaction: ReactionType): string | undefined => (reaction.type === 'emoji' ? reaction.emoji : undefined);
