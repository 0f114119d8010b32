import type { SendingEnd } from '@chela/channels';
import type { HookBell } from '@chela/hooks';

/** Tells hooks what became of messages to channels (reference agent/automation.md §4.2); undefined while none listens. */
export function sentListener(hooks: HookBell): () => ((end: SendingEnd) => void) | undefined {
  return () => (hooks.hears('message', 'sent') ? (end) => tellSent(hooks, end) : undefined);
}

function tellSent(hooks: HookBell, { channel, accountId, to, content, success, error, messageId, ...end }: SendingEnd) {
  hooks.tell({
    type: 'message',
    action: 'sent',
    sessionKey: end.sessionKey ?? '',
    context: {
      to,
      content,
      success,
      ...(error !== undefined && { error }),
      channelId: channel,
      accountId,
      conversationId: to,
      ...(messageId !== undefined && { messageId }),
    },
  });
}
