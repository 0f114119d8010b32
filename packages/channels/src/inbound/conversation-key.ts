import type { InboundConversation, InboundEvent } from '../contract/inbound.ts';

/** The name of a conversation with its thread: what is ordered, deduped and remembered together. Pure. */
export function conversationKey({ type, id, threadId }: InboundConversation): string {
  return JSON.stringify(threadId === undefined ? [type, id] : [type, id, threadId]);
}

/** Under which name an event is known in the inbox. */
export function eventKey(event: InboundEvent): { readonly conversation: string; readonly messageId: string } {
  switch (event.kind) {
    case 'message':
      return { conversation: conversationKey(event.conversation), messageId: event.messageId };
    case 'note':
      return { conversation: conversationKey(event.conversation), messageId: `note:${event.eventId}` };
    case 'moved':
      return { conversation: JSON.stringify(['moved', event.from]), messageId: `to:${event.to}` };
  }
}
