import type { InboundConversation, InboundEvent, InboundMessage } from '../contract/inbound.ts';
import { isRecord } from '../record.ts';

/** Events as the inbox kept them. They were written by this program or an earlier release of it; their shape is looked at once more. */
export function isInboundEvent(value: unknown): value is InboundEvent {
  if (!isRecord(value)) return false;
  if (value.kind === 'moved') return typeof value.from === 'string' && typeof value.to === 'string';
  if (value.kind === 'note') {
    return typeof value.eventId === 'string' && typeof value.text === 'string' && hasPeople(value);
  }
  return isInboundMessage(value);
}

export function isInboundMessage(value: unknown): value is InboundMessage {
  return (
    isRecord(value) &&
    value.kind === 'message' &&
    typeof value.messageId === 'string' &&
    typeof value.at === 'number' &&
    typeof value.text === 'string' &&
    isRecord(value.mention) &&
    isRecord(value.replyTo) &&
    typeof value.replyTo.to === 'string' &&
    Array.isArray(value.attachments) &&
    hasPeople(value)
  );
}

function hasPeople({ conversation, sender }: Readonly<Record<string, unknown>>): boolean {
  return isConversation(conversation) && isRecord(sender) && typeof sender.id === 'string';
}

function isConversation(value: unknown): value is InboundConversation {
  if (!isRecord(value) || typeof value.id !== 'string') return false;
  return value.type === 'direct' || value.type === 'group' || value.type === 'channel';
}
