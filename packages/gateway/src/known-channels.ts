import type { ChannelFacts } from '@chela/channels';
import type { GatewayServices } from './method.ts';

/** What every channel of this machine is, in the order people are shown them. One that lacks what it needs is left out. */
export async function knownChannels({ channels }: Pick<GatewayServices, 'channels'>): Promise<readonly ChannelFacts[]> {
  const { adapterFolders, createAdapterCatalog } = await import('@chela/channels');
  const known = channels()?.catalog ?? (await createAdapterCatalog(adapterFolders(process.env)));
  // `channels.status` says why a configured one is missing.
  const adapters = await Promise.all(known.ids.map((id) => known.load(id).catch(() => undefined)));
  return adapters.flatMap((adapter) => adapter?.facts ?? []).toSorted((a, b) => a.order - b.order);
}
