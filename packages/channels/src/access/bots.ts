import type { InboundMessage } from '../contract/inbound.ts';

/** Messages that no person wrote: our own, and those of other bots unless they are wanted (reference channels/framework.md §21). Pure. */
export function refusedAuthor(
  message: InboundMessage,
  settings: Readonly<Record<string, unknown>>,
  ownId: string | undefined,
): string | undefined {
  if (ownId !== undefined && message.sender.id === ownId) return 'our own message';
  return message.sender.isBot === true && settings.allowBots !== true ? 'written by a bot' : undefined;
}
