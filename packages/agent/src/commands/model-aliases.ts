import type { Config } from '@chela/config';

/** Names under which models can be chosen: `agents.defaults.models.<ref>.alias`. */
export function modelAliases(config: Config): readonly string[] {
  return Object.values(config.agents?.defaults?.models ?? {}).flatMap(({ alias }) => alias ?? []);
}
