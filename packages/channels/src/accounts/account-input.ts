import type { Config, Env } from '@chela/config';
import type { AccountInput } from '../contract/adapter.ts';
import type { AccountName } from '../kernel.ts';
import { accountEntry, accountSettings, channelSection } from './account-settings.ts';
import { readSecretFile } from './read-secret-file.ts';

/** What an adapter reads an account from, as the configuration is now. */
export function accountInput(config: Config, { channel, accountId }: AccountName, env: Env): AccountInput {
  const own = accountEntry(config, channel, accountId);
  const { accounts: _, ...section } = channelSection(config, channel);
  const settings = accountSettings(config, channel, accountId);
  return { accountId, settings, section, ...(own && { own }), env, readSecretFile };
}
