import type { AgentConfig, Config } from '../types.ts';

export const DEFAULT_AGENT_ID = 'main';

/** The form of an agent id in keys and folder names: lower case, `[a-z0-9_-]`, at most 64; `main` when nothing is left. */
export function normalizeAgentId(id: string | undefined): string {
  const trimmed = id?.trim() ?? '';
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/i.test(trimmed)) return trimmed.toLowerCase();
  const cleaned = trimmed
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return cleaned === '' ? DEFAULT_AGENT_ID : cleaned;
}

/** Ids of all configured agents in file order without repetition; only `main` when the list is empty. */
export function agentIds(config: Config): readonly string[] {
  const ids = new Set((config.agents?.list ?? []).map((agent) => normalizeAgentId(agent.id)));
  return ids.size === 0 ? [DEFAULT_AGENT_ID] : [...ids];
}

/** The agent for everything that names none: the first marked `default`, else the first of the list, else `main`. */
export function defaultAgentId(config: Config): string {
  const list = config.agents?.list ?? [];
  return normalizeAgentId((list.find((agent) => agent.default === true) ?? list[0])?.id);
}

/** The `agents.list` entries by normalised id, the first of each; for whoever asks for many. */
export function agentConfigs(config: Config): ReadonlyMap<string, AgentConfig> {
  const entries = (config.agents?.list ?? []).map((agent) => [normalizeAgentId(agent.id), agent] as const);
  // Later entries of a map replace earlier ones.
  return new Map(entries.toReversed());
}

/** The `agents.list` entry of an agent, compared by normalised id; undefined for an agent that is not listed. */
export function agentConfig(config: Config, id: string): AgentConfig | undefined {
  const wanted = normalizeAgentId(id);
  return (config.agents?.list ?? []).find((agent) => normalizeAgentId(agent.id) === wanted);
}
