import type { InboundContext } from './inbound-context.ts';

/**
 * The facts that come from the gateway itself (reference channels/framework.md §5, `openclaw.inbound_meta.v1`). Without a
 * context it is the web chat: the id of its message stands in the message alone, since here it would change the prompt with
 * each turn and defeat every prompt cache. Pure.
 */
export function inboundMeta(channel: string, inbound: InboundContext | undefined): unknown {
  // A command of the vendor's menu comes without a provider (recorded).
  const where = { channel, ...(inbound?.isFromMenu !== true && { provider: channel }), surface: channel };
  const schema = 'openclaw.inbound_meta.v1';
  if (inbound === undefined) return { schema, ...where, chat_type: 'direct' };
  return {
    schema,
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
