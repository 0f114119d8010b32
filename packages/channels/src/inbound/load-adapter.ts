import type { ChannelAdapter } from '../contract/adapter.ts';
import type { AdapterCatalog } from '../kernel.ts';

/** The adapter of a channel that has sent something, so it must be there. */
export async function loadAdapter(adapters: Pick<AdapterCatalog, 'load'>, channel: string): Promise<ChannelAdapter> {
  const adapter = await adapters.load(channel);
  if (adapter === undefined) throw new Error(`there is no channel ${channel} here`);
  return adapter;
}
