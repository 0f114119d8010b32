import type { HeartbeatEvent } from '../runtime.ts';
import type { InboundContext } from './inbound-context.ts';

/** `openclaw.inbound_meta.v1`; members that are undefined are left out. */
export type InboundMeta = Readonly<Record<string, unknown>>;

const SCHEMA = 'openclaw.inbound_meta.v1';

/**
 * The facts that come from the gateway itself (reference channels/framework.md §5, `openclaw.inbound_meta.v1`). Without a
 * context it is the web chat: the id of its message stands in the message alone, since here it would change the prompt with
 * each turn and defeat every prompt cache. Pure.
 */
export function inboundMeta(channel: string, inbound: InboundContext | undefined): InboundMeta {
  // A command of the vendor's menu comes without a provider (recorded).
  const where = { channel, ...(inbound?.isFromMenu !== true && { provider: channel }), surface: channel };
  if (inbound === undefined) return { schema: SCHEMA, ...where, chat_type: 'direct' };
  return {
    schema: SCHEMA,
    message_id: inbound.messageId,
    message_id_full: inbound.fullMessageId,
    sender_id: inbound.sender.id,
    chat_id: inbound.chatId,
    reply_to_id: inbound.replyToId,
    ...where,
    chat_type: inbound.chatType,
    flags: {
      is_group_chat: inbound.chatType === 'direct' ? undefined : true,
      was_mentioned: inbound.wasMentioned === true ? true : undefined,
      has_reply_context: inbound.quote !== undefined,
      has_forwarded_context: inbound.forward !== undefined,
      has_thread_starter: inbound.threadStarter !== undefined,
      history_count: inbound.history.length,
    },
  };
}

/** The same of a heartbeat, which no channel brought (recorded). Pure. */
export const heartbeatMeta = (event: HeartbeatEvent): InboundMeta => ({
  schema: SCHEMA,
  channel: event,
  provider: event,
  chat_type: 'direct',
  flags: { has_reply_context: false, has_forwarded_context: false, has_thread_starter: false, history_count: 0 },
});
