import {
  type AccountInput,
  type AccountReading,
  type AdapterCatalog,
  accountIds,
  accountInput,
  accountSettings,
  adapterFolders,
  type ChannelAdapter,
  configuredChannels,
  createAdapterCatalog,
  isAccountEnabled,
} from '@chela/channels';
import { type CliContext, CliFailure } from '../context.ts';
import { type LoadedConfig, loadConfig } from '../loaded-config.ts';

/** The channels of this machine and what the configuration says of them, for commands that need no gateway. */
export interface ChannelDesk {
  readonly loaded: LoadedConfig;
  readonly catalog: AdapterCatalog;
  /** Names of the sections below `channels`. */
  readonly named: readonly string[];
  /** Those of them that this program has an adapter for. */
  configured(): Promise<readonly ChannelAdapter[]>;
  /** By id or alias; fails with the contract's words when there is none. */
  adapter(name: string): Promise<ChannelAdapter>;
  /** The named channel, else the only configured one; `missing` is what is said otherwise. */
  chosen(name: string | undefined, missing: (ids: readonly string[]) => string): Promise<ChannelAdapter>;
  accounts(channel: string): readonly string[];
  settings(channel: string, accountId: string): Readonly<Record<string, unknown>>;
  input(channel: string, accountId: string): AccountInput;
  isEnabled(channel: string, accountId: string): boolean;
  read(adapter: ChannelAdapter, accountId: string): Promise<AccountReading>;
}

export async function openChannelDesk(context: CliContext): Promise<ChannelDesk> {
  return channelDeskOf(context, await loadConfig(context));
}

/** The same of a configuration that was read before. */
export async function channelDeskOf(context: Pick<CliContext, 'env'>, loaded: LoadedConfig): Promise<ChannelDesk> {
  const { current } = loaded;
  const catalog = await createAdapterCatalog(adapterFolders(context.env));
  const named = configuredChannels(current);
  const load = (name: string): Promise<ChannelAdapter | undefined> => catalog.load(name).catch(() => undefined);

  const configured = async (): Promise<readonly ChannelAdapter[]> => {
    const adapters = await Promise.all(named.map(load));
    return adapters.filter((adapter) => adapter !== undefined).sort((a, b) => a.facts.order - b.facts.order);
  };
  const adapter = async (name: string): Promise<ChannelAdapter> => {
    const found = await load(name);
    if (found === undefined) throw new CliFailure([`Unknown channel: ${name}`]);
    return found;
  };
  const input = (channel: string, accountId: string): AccountInput =>
    accountInput(current, { channel, accountId }, context.env);
  return {
    loaded,
    catalog,
    named,
    configured,
    adapter,
    async chosen(name, missing) {
      if (name?.trim()) return adapter(name.trim());
      const [only, ...others] = await configured();
      if (only !== undefined && others.length === 0) return only;
      throw new CliFailure([missing(named)]);
    },
    accounts: (channel) => accountIds(current, channel),
    settings: (channel, accountId) => accountSettings(current, channel, accountId),
    isEnabled: (channel, accountId) => isAccountEnabled(current, channel, accountId),
    input,
    read: ({ facts, readAccount }, accountId) => readAccount(input(facts.id, accountId)),
  };
}
