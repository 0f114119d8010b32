import { type AgentConfig, type Config, defaultAgentId, normalizeAgentId } from '@chela/config';
import { isRecord } from './record.ts';

/** Changes of `agents.list` and of what refers to it. Pure. */

/** Adds an agent. The default agent, which needs no entry while it is alone, gets one. */
export function withAgent(config: Config, entry: AgentConfig): Config {
  const list = config.agents?.list ?? [];
  const before = list.length === 0 ? [{ id: defaultAgentId(config) }] : list;
  return withList(config, [...before, entry]);
}

/** Changes an agent's entry; undefined and empty values leave the present ones. */
export function withAgentChange(
  config: Config,
  id: string,
  change: Readonly<Record<'name' | 'workspace' | 'model', string | undefined>>,
): Config {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value));
  const list = config.agents?.list ?? [];
  return withList(
    config,
    list.map((entry) => (normalizeAgentId(entry.id) === id ? { ...entry, ...given } : entry)),
  );
}

/** Removes an agent with its bindings and its place among those that others may talk to. */
export function withoutAgent(
  config: Config,
  id: string,
): { readonly config: Config; readonly removedBindings: number } {
  const rest = (config.agents?.list ?? []).filter((entry) => normalizeAgentId(entry.id) !== id);
  const bindings: readonly unknown[] = Array.isArray(config.bindings) ? config.bindings : [];
  const kept = bindings.filter((binding) => !isBindingOf(binding, id));
  const removedBindings = bindings.length - kept.length;
  const next = withoutTalk(withList(config, rest), id);
  return { config: removedBindings === 0 ? next : { ...next, bindings: kept }, removedBindings };
}

function withList(config: Config, list: readonly AgentConfig[]): Config {
  return { ...config, agents: { ...config.agents, list } };
}

function isBindingOf(binding: unknown, id: string): boolean {
  return isRecord(binding) && typeof binding.agentId === 'string' && normalizeAgentId(binding.agentId) === id;
}

function withoutTalk(config: Config, id: string): Config {
  const talk = config.tools?.agentToAgent;
  if (!isRecord(talk) || !Array.isArray(talk.allow) || !talk.allow.includes(id)) return config;
  const allow = talk.allow.filter((name) => name !== id);
  return { ...config, tools: { ...config.tools, agentToAgent: { ...talk, allow } } };
}
