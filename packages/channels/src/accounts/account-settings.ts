import { DEFAULT_ACCOUNT_ID, normalizeAccountId } from '@chela/agent';
import { type Config, defaultAgentId, normalizeAgentId } from '@chela/config';
import { isRecord, textOf } from '../record.ts';

/** The accounts of a channel, read from the configuration each time they are needed (reference channels/framework.md §2). Pure. */

type Settings = Readonly<Record<string, unknown>>;

/** Sections below `channels` that are no channel. */
const NO_CHANNELS: ReadonlySet<string> = new Set(['defaults', 'modelByChannel']);

/** Names of the sections below `channels`, as written. */
export function configuredChannels(config: Config): readonly string[] {
  return Object.entries(isRecord(config.channels) ? config.channels : {}).flatMap(([id, section]) =>
    isRecord(section) && !NO_CHANNELS.has(id) ? [id] : [],
  );
}

/** The section of a channel; empty when there is none. */
export function channelSection(config: Config, channel: string): Settings {
  const section = isRecord(config.channels) ? config.channels[channel] : undefined;
  return isRecord(section) ? section : {};
}

/** Ids of `accounts` and of bindings that name one, sorted; `default` when there is none. */
export function accountIds(config: Config, channel: string): readonly string[] {
  const named = Object.keys(accountEntries(config, channel)).map((id) => normalizeAccountId(id));
  const bound = bindingsOf(config, channel).flatMap(({ accountId }) =>
    accountId === undefined ? [] : [normalizeAccountId(accountId)],
  );
  const ids = [...new Set([...named, ...bound])].sort();
  return ids.length > 0 ? ids : [DEFAULT_ACCOUNT_ID];
}

/** The account for what names none: the first bound to the default agent, else `default`, else the first. */
export function defaultAccountId(config: Config, channel: string): string {
  const ids = accountIds(config, channel);
  const agent = defaultAgentId(config);
  const bound = bindingsOf(config, channel).find(
    ({ agentId, accountId }) => accountId !== undefined && normalizeAgentId(agentId) === agent,
  );
  if (bound?.accountId !== undefined) return normalizeAccountId(bound.accountId);
  return ids.includes(DEFAULT_ACCOUNT_ID) ? DEFAULT_ACCOUNT_ID : (ids[0] ?? DEFAULT_ACCOUNT_ID);
}

/** The section without `accounts`, overlaid key by key with the account's own; nested objects are replaced. */
export function accountSettings(config: Config, channel: string, accountId: string): Settings {
  const { accounts: _, ...base } = channelSection(config, channel);
  return { ...base, ...accountEntry(config, channel, accountId) };
}

/** Both the section and the account must not be switched off, nor the plugin that brought the channel in the original. */
export function isAccountEnabled(config: Config, channel: string, accountId: string): boolean {
  if (!isChannelAllowed(config, channel) || channelSection(config, channel).enabled === false) return false;
  return accountEntry(config, channel, accountId)?.enabled !== false;
}

/**
 * Whether `plugins` leaves the channel on: switched off there it stays off here, since it was a plugin when the file was
 * written. What the original needed to switch one on is not asked for: its section is enough.
 */
export function isChannelAllowed(config: Config, channel: string): boolean {
  const plugins = isRecord(config.plugins) ? config.plugins : {};
  if (plugins.enabled === false) return false;
  const entries = isRecord(plugins.entries) ? plugins.entries : {};
  const entry = entries[channel];
  const isDenied = Array.isArray(plugins.deny) && plugins.deny.includes(channel);
  return !isDenied && !(isRecord(entry) && entry.enabled === false);
}

function accountEntries(config: Config, channel: string): Settings {
  const { accounts } = channelSection(config, channel);
  return isRecord(accounts) ? accounts : {};
}

/** The account's own entry below `accounts`; undefined when there is none. */
export function accountEntry(config: Config, channel: string, accountId: string): Settings | undefined {
  const wanted = normalizeAccountId(accountId);
  const found = Object.entries(accountEntries(config, channel)).find(([id]) => normalizeAccountId(id) === wanted);
  return isRecord(found?.[1]) ? found[1] : undefined;
}

interface BoundAccount {
  readonly agentId: string;
  /** Undefined for `*` and for none. */
  readonly accountId: string | undefined;
}

function bindingsOf(config: Config, channel: string): readonly BoundAccount[] {
  if (!Array.isArray(config.bindings)) return [];
  return config.bindings.flatMap((binding: unknown): BoundAccount[] => {
    if (!isRecord(binding) || !isRecord(binding.match)) return [];
    const { channel: named, accountId } = binding.match;
    if (textOf(named)?.toLowerCase() !== channel) return [];
    const account = textOf(accountId);
    return [{ agentId: textOf(binding.agentId) ?? '', accountId: account === '*' ? undefined : account }];
  });
}
