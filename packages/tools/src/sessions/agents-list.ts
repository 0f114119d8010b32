import { type Config, normalizeAgentId } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => (typeof entry === 'string' && entry.trim() !== '' ? [entry.trim()] : []));
}

/** Agents that an agent may start as sub-agents besides itself; `*` means all that are configured. */
export function allowedAgents(config: Config, agentId: string): readonly string[] {
  const agent = config.agents?.list?.find((entry) => entry.id === agentId);
  const own = isRecord(agent?.subagents) ? agent.subagents.allowAgents : undefined;
  return textsOf(own).map((entry) => (entry === '*' ? entry : normalizeAgentId(entry)));
}

/** The `agents_list` tool (reference agent/tools.md §6). */
export function createAgentsListTool(deps: { readonly config: () => Config }): BuiltInTool {
  return {
    name: 'agents_list',
    description: 'List the agents that sessions_spawn may start from here.',
    parameters: contractParameters('agents_list'),
    sideEffects: 'none',
    async run(_args, context) {
      const config = deps.config();
      const configured = config.agents?.list ?? [];
      const allowed = allowedAgents(config, context.agentId);
      const allowAny = allowed.includes('*');
      const others = new Set(allowAny ? configured.map(({ id }) => id) : allowed.filter((id) => id !== '*'));
      others.delete(context.agentId);
      const agents = [context.agentId, ...[...others].toSorted()].map((id) => {
        const entry = configured.find((agent) => agent.id === id);
        return { id, ...(entry?.name !== undefined && { name: entry.name }), configured: entry !== undefined };
      });
      return jsonResult({ requester: context.agentId, allowAny, agents });
    },
  };
}
