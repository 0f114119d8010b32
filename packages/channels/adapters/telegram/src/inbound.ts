/** What an update means: the one place that knows which kinds of updates there are. Pure. */
import type { InboundEvent } from '@chela/channels/adapter';
import type { Update } from 'grammy/types';
import { messageOfCallback } from './inbound/callback.ts';
import { type MessageRules, messageOf } from './inbound/message.ts';
import { notesOfReaction } from './inbound/reaction.ts';
import type { AccountSettings } from './settings.ts';

/** The kinds that are asked for; every other costs traffic for nothing. */
export const UPDATE_KINDS = [
  'message',
  'channel_post',
  'callback_query',
  'message_reaction',
  'my_chat_member',
] as const;

export interface InboundRules extends MessageRules {
  readonly settings: Pick<AccountSettings, 'inlineButtons' | 'reactionNotifications' | 'groups'>;
  /** Whether a message is one of ours, for `reactionNotifications: own`. */
  readonly isOurs: (chatId: string, messageId: string) => boolean;
  /** Milliseconds since the epoch, for updates that carry no time. */
  readonly now: number;
}

/** The events in an update, in order; empty for what changes nothing, e.g. an edited message. */
export function eventsOf(update: Update, rules: InboundRules): readonly InboundEvent[] {
  const { message, channel_post: post, callback_query: query, message_reaction: reaction } = update;
  if (message?.migrate_to_chat_id !== undefined) {
    return [{ kind: 'moved', from: String(message.chat.id), to: String(message.migrate_to_chat_id) }];
  }
  if (message) return list(messageOf(message, rules));
  if (post) return isFollowed(String(post.chat.id), rules.settings.groups) ? list(messageOf(post, rules)) : [];
  if (query) return list(messageOfCallback(query, rules.settings, rules.now));
  if (!reaction) return [];
  const isWanted =
    rules.settings.reactionNotifications === 'all' ||
    (rules.settings.reactionNotifications === 'own' &&
      rules.isOurs(String(reaction.chat.id), String(reaction.message_id)));
  return isWanted ? notesOfReaction(update.update_id, reaction) : [];
}

/** Channels speak to nobody in particular: only those that are listed are answered. */
const isFollowed = (id: string, groups: readonly string[] | undefined): boolean =>
  groups !== undefined && (groups.includes(id) || groups.includes('*'));

const list = <T>(one: T | undefined): readonly T[] => (one === undefined ? [] : [one]);
