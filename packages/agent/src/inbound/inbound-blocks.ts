import type { InboundContext, InboundPerson } from './inbound-context.ts';

/**
 * What the model is told of a channel's message before its text: fenced JSON, each under a heading that says how far it may
 * be believed (reference channels/framework.md §5; golden telegram/tg-018, tg-034). Pure.
 */
export function inboundBlocks(inbound: InboundContext): readonly string[] {
  const { quote, forward, threadStarter, history } = inbound;
  return [
    fenced('Conversation info (untrusted metadata):', conversationInfo(inbound)),
    ...(inbound.chatType === 'direct' ? [] : [fenced('Sender (untrusted metadata):', senderInfo(inbound.sender))]),
    ...(threadStarter === undefined
      ? []
      : [fenced('Thread starter (untrusted, for context):', { body: threadStarter })]),
    ...(quote === undefined
      ? []
      : [
          fenced('Replied message (untrusted, for context):', {
            sender_label: quote.sender,
            is_quote: quote.isExcerpt === true ? true : undefined,
            body: quote.body,
          }),
        ]),
    ...(forward === undefined
      ? []
      : [
          fenced('Forwarded message context (untrusted metadata):', {
            from: forward.from,
            type: forward.type,
            username: forward.username,
            title: forward.title,
            signature: forward.signature,
            chat_type: forward.chatType,
            date_ms: forward.at,
          }),
        ]),
    ...(history.length === 0
      ? []
      : [
          fenced(
            'Chat history since last reply (untrusted, for context):',
            history.map(({ sender, at, body }) => ({ sender, timestamp_ms: at, body })),
          ),
        ]),
  ];
}

/** The name under which a person is shown: with the number where there is one. */
export function personLabel({ id, name, username, tag, e164 }: InboundPerson): string {
  const shown = name ?? username ?? tag;
  if (shown === undefined) return e164 ?? id;
  return e164 === undefined || e164 === shown ? shown : `${shown} (${e164})`;
}

function conversationInfo(inbound: InboundContext): unknown {
  const { sender, group } = inbound;
  return {
    message_id: inbound.messageId,
    conversation_label: inbound.chatType === 'direct' ? undefined : inbound.conversationLabel,
    sender: sender.e164 ?? sender.id,
    group_subject: group?.subject,
    group_channel: group?.channel,
    group_space: group?.space,
    thread_label: inbound.threadLabel,
    is_forum: inbound.isForum === true ? true : undefined,
    was_mentioned: inbound.wasMentioned === true ? true : undefined,
  };
}

function senderInfo(sender: InboundPerson): unknown {
  const { name, username, tag, e164 } = sender;
  return { label: personLabel(sender), name, username, tag, e164 };
}

/** A fence cannot be closed from inside: JSON writes line breaks as `\n`. */
function fenced(heading: string, value: unknown): string {
  return `${heading}\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
