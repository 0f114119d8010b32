import type { InboundMessage } from '@chela/channels/adapter';
import type { Self, Update } from './api.ts';

/** The kernel's reading of an update; undefined for what is no message of a person. Pure. */
export function inboundMessage(update: Update, self: Self): InboundMessage | undefined {
  const { id, at, chat, from, text, mentions } = update;
  if (from.id === self.id || text.trim() === '') return undefined;
  const conversation = chat.isGroup
    ? ({ type: 'group', id: chat.id, ...(chat.title !== undefined && { label: chat.title }) } as const)
    : ({ type: 'direct', id: from.id } as const);
  return {
    kind: 'message',
    messageId: id,
    at,
    conversation,
    sender: { id: from.id, name: from.name },
    replyTo: { to: chat.id },
    text,
    mention: {
      isDetectable: true,
      ofUs: mentions.includes(self.id),
      ofOthers: mentions.some((mentioned) => mentioned !== self.id),
      isReplyToUs: false,
    },
    attachments: [],
  };
}
