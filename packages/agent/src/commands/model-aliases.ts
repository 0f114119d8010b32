import type { Config } from '@chela/config';

/** Names under which models can be chosen: `agents.defaults.models.<ref>.alias`. */
export function modelAliases(config: Config): readonly string[] {
  return Object.values(config.agents?.defaults?.models ?? {}).flatMap(({ alias }) => alias ?? []);
}

/** The alias a word means, as the configuration spells it; undefined for another word. */
export function aliasNamed(config: Config, word: string): string | undefined {
  return modelAliases(config).find((alias) => alias.toLowerCase() === word.trim().toLowerCase());
}
