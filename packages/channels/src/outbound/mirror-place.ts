import type { Config } from '@chela/config';
import type { ChannelAdapter } from '../contract/adapter.ts';
import type { OutboundAddress } from '../contract/outbound.ts';
import { routeConversation } from '../inbound/route-conversation.ts';
import type { AccountName, MirrorPlace } from '../kernel.ts';

/**
 * The session that messages from an address belong to, so that what is sent there is known to it (reference
 * channels/framework.md §20; golden telegram/tg-084). Undefined when the address does not tell whose it is. Pure.
 */
export function mirrorPlace(
  config: Config,
  { targets }: Pick<ChannelAdapter, 'targets'>,
  account: AccountName,
  address: OutboundAddress,
): MirrorPlace | undefined {
  const conversation = targets.conversationAt?.(address);
  if (conversation === undefined) return undefined;
  const { type, id } = conversation;
  const { agentId, sessionKey } = routeConversation(config, account, conversation, { id });
  const { channel, accountId } = account;
  const { to, threadId } = address;
  return {
    sessionKey,
    agentId,
    channel,
    route: {
      to: targets.write({ to }),
      from: type === 'direct' ? `${channel}:${id}` : `${channel}:${type}:${id}`,
      accountId,
      chatType: type,
      ...(threadId !== undefined && { threadId }),
    },
  };
}
