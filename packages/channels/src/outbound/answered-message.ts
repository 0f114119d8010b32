import type { ReplyOrigin } from '@chela/agent';

/** The message that people see answered: for a pressed button the one it stands under. */
export function answeredMessage({ messageId, button }: ReplyOrigin): string {
  return button?.messageId ?? messageId;
}
