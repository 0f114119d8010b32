import type { DeliveryPlace } from '@chela/agent';
import type { SchemaTypes } from '@chela/protocol';
import { channelPlace, lastPlace, type PlaceFinder, type PlaceWish } from '../announce/channel-place.ts';
import type { GatewayServices } from '../method.ts';
import type { AgentTarget } from './agent-target.ts';
import { loadSession } from './session-access.ts';

const WEB_CHAT = 'webchat';
/** What `last` means to programs where nobody wrote yet (reference agent/automation.md §1.6, as observed). */
const FALLBACK_CHANNEL = 'whatsapp';

/** Where the answer of a run is sent; `problem`: why it cannot be, in the contract's words. */
export type AgentDelivery = { readonly deliverTo?: DeliveryPlace } | { readonly problem: string };

/**
 * Where `deliver` sends the answer of an `agent` request: to what the request names, and for what it leaves open to where
 * the session's conversation was held last (reference protocol/methods.json `agent`). The web chat sees it anyway.
 */
export async function agentDelivery(
  services: Pick<GatewayServices, 'config' | 'store'> & { readonly channels: () => PlaceFinder | undefined },
  params: SchemaTypes['AgentParams'],
  target: AgentTarget,
): Promise<AgentDelivery> {
  if (params.deliver !== true || target.sessionKey === undefined) return {};
  const { entry } = await loadSession(services, target.sessionKey);
  const wish = deliveryWish(params, target.channel, lastPlace(entry));
  if (wish.channel === WEB_CHAT) return {};
  if (services.channels()?.find(wish.channel) === undefined) {
    return { problem: `Error: Outbound not configured for channel: ${wish.channel}` };
  }
  try {
    return { deliverTo: channelPlace(services, wish).place };
  } catch (error) {
    return { problem: String(error) };
  }
}

/** `named`: the external channel that the request names. Pure. */
function deliveryWish(
  params: SchemaTypes['AgentParams'],
  named: string | undefined,
  last: Partial<PlaceWish>,
): PlaceWish {
  const channel = named ?? internal(params) ?? last.channel ?? FALLBACK_CHANNEL;
  const known = last.channel === channel ? last : {};
  const to = given(params.replyTo) ?? given(params.to);
  const accountId = given(params.replyAccountId) ?? given(params.accountId) ?? known.accountId;
  const threadId = given(params.threadId) ?? (to === undefined ? known.threadId : undefined);
  return {
    ...(to === undefined ? known : { to }),
    channel,
    ...(accountId !== undefined && { accountId }),
    ...(threadId !== undefined && { threadId }),
  };
}

/** The web chat, when the request asks for it in so many words. */
function internal({ replyChannel, channel }: SchemaTypes['AgentParams']): string | undefined {
  return (given(replyChannel) ?? given(channel))?.toLowerCase() === WEB_CHAT ? WEB_CHAT : undefined;
}

const given = (value: string | undefined): string | undefined => value?.trim() || undefined;
