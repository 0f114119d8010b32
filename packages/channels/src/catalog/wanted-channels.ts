import type { Config, Env } from '@chela/config';
import { configuredChannels, isChannelAllowed } from '../accounts/account-settings.ts';
import { adapterFolders, adapterPlaces } from './adapter-places.ts';

/**
 * Ids of the channels that may have something to do: those with a section, and those of `ids` whose variables stand in
 * the environment, e.g. `TELEGRAM_BOT_TOKEN`. Pure.
 */
export function wantedChannels(config: Config, env: Env, ids: Iterable<string>): readonly string[] {
  const inEnv = [...ids].filter((id) => hasVariables(env, id));
  return [...new Set([...configuredChannels(config), ...inEnv])].filter((id) => isChannelAllowed(config, id));
}

/** Whether a gateway needs channels at all. Costs a look into a folder, and loads nothing of the channels. */
export async function wantsChannels(config: Config, env: Env): Promise<boolean> {
  if (wantedChannels(config, env, []).length > 0) return true;
  const places = await adapterPlaces(adapterFolders(env));
  return wantedChannels(config, env, places.keys()).length > 0;
}

function hasVariables(env: Env, id: string): boolean {
  const prefix = `${id.toUpperCase().replaceAll('-', '_')}_`;
  return Object.keys(env).some((name) => name.startsWith(prefix) && env[name] !== '');
}
