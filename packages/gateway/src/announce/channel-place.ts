import type { DeliveryPlace } from '@chela/agent';
import type { ChannelAdapter, Channels } from '@chela/channels';
import type { SessionEntry } from '@chela/store';
import { routeOf } from '../methods/session-row.ts';

/** What a program or a session says about where something goes. */
export interface PlaceWish {
  readonly channel: string;
  readonly to?: string;
  readonly accountId?: string;
  readonly threadId?: string;
}

/** As much of the channels as finding a place takes. */
export type PlaceFinder = Pick<Channels, 'find' | 'defaultAccount'>;

/** A place of a channel together with what writes to it. */
export interface ChannelPlace<C extends PlaceFinder = Channels> {
  readonly channels: C;
  readonly adapter: ChannelAdapter;
  readonly place: DeliveryPlace;
}

/** The place of a channel that a wish means. Throws in the contract's words when it means none. */
export function channelPlace<C extends PlaceFinder>(
  { channels: current }: { readonly channels: () => C | undefined },
  wish: PlaceWish,
): ChannelPlace<C> {
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
