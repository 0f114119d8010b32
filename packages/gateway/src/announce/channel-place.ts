import type { DeliveryPlace } from '@chela/agent';
import type { ChannelAdapter, Channels } from '@chela/channels';
import type { SessionEntry } from '@chela/store';
import type { GatewayServices } from '../method.ts';
import { routeOf } from '../methods/session-row.ts';

/** What a programme or a session says about where something goes. */
export interface PlaceWish {
  readonly channel: string;
  readonly to?: string;
  readonly accountId?: string;
  readonly threadId?: string;
}

/** A place of a channel together with what writes to it. */
export interface ChannelPlace {
  readonly channels: Channels;
  readonly adapter: ChannelAdapter;
  readonly place: DeliveryPlace;
}

/** The place of a channel that a wish means. Throws in the contract's words when it means none. */
export function channelPlace({ channels: current }: Pick<GatewayServices, 'channels'>, wish: PlaceWish): ChannelPlace {
  const channels = current();
  const adapter = channels?.find(wish.channel);
  if (channels === undefined || adapter === undefined) throw new Error(`Unsupported channel: ${wish.channel}`);
  const { facts, targets } = adapter;
  const address = wish.to === undefined ? undefined : targets.read(wish.to);
  if (address === undefined) throw new Error(`Delivering to ${facts.label} requires target ${targets.hint}`);
  const threadId = wish.threadId ?? address.threadId;
  const place = {
    channel: facts.id,
    accountId: wish.accountId ?? channels.defaultAccount(facts.id),
    to: address.to,
    ...(threadId !== undefined && { threadId }),
  };
  return { channels, adapter, place };
}

/** Where a session's conversation was held last; empty for one that nobody wrote to. */
export function lastPlace(entry: SessionEntry | undefined): Partial<PlaceWish> {
  const { threadId, ...route } = (entry && routeOf(entry)) ?? {};
  return { ...route, ...(threadId !== undefined && { threadId: String(threadId) }) };
}
