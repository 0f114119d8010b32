import { mkdir } from 'node:fs/promises';
import { createFurnisher } from '@chela/agent';
import {
  agentConfig,
  agentDir,
  agentSessionsDir,
  agentWorkspaceDir,
  type Config,
  DEFAULT_AGENT_ID,
  normalizeAgentId,
  resolveUserPath,
} from '@chela/config';
import { invalidRequest } from '@chela/protocol';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { withAgent, withAgentChange, withoutAgent } from './agent-entries.ts';
import { appendIdentity } from './agent-identity-lines.ts';
import { trashAgent } from './agent-trash.ts';
import { writing } from './config-write.ts';
import { createRowBuilder } from './row.ts';

/** `agents.create`, `agents.update` and `agents.delete` (reference protocol/methods.json). */
export const agentChangeMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  const { config, editor } = services;
  const furnish = createFurnisher(services);

  /** Writes what `update` makes of the configuration, then runs on it. */
  const change = async (update: (live: Config) => Config): Promise<void> => {
    await writing(() => editor.change(update));
    await config.reload();
  };

  return [
    row({
      name: 'agents.create',
      params: 'AgentsCreateParams',
      async handle(params) {
        const name = params.name.trim();
        const id = normalizeAgentId(name);
        if (id === DEFAULT_AGENT_ID) throw invalidRequest(`"${DEFAULT_AGENT_ID}" is reserved`);
        assertNew(config.current(), id);
        const workspace = resolveUserPath(params.workspace, config.paths.homeDir);
        // The folders come first: an entry without its workspace would be worse than a workspace without its entry.
        await mkdir(workspace, { recursive: true });
        await furnish(workspace);
        await mkdir(agentSessionsDir(config.paths, id), { recursive: true });
        await change((live) => {
          assertNew(live, id);
          return withAgent(live, { id, name, workspace, agentDir: agentDir(live, config.paths, id) });
        });
        await appendIdentity(workspace, { name, emoji: params.emoji, avatar: params.avatar });
        return { ok: true, agentId: id, name, workspace };
      },
    }),
    row({
      name: 'agents.update',
      params: 'AgentsUpdateParams',
      async handle(params) {
        const id = normalizeAgentId(params.agentId);
        assertListed(config.current(), id);
        const named = params.workspace?.trim();
        const workspace = named ? resolveUserPath(named, config.paths.homeDir) : undefined;
        if (workspace !== undefined) {
          await mkdir(workspace, { recursive: true });
          await furnish(workspace);
        }
        await change((live) => {
          assertListed(live, id);
          return withAgentChange(live, id, { name: params.name?.trim(), workspace, model: params.model?.trim() });
        });
        if (params.avatar?.trim()) {
          const place = agentWorkspaceDir(config.current(), config.paths, id);
          await mkdir(place, { recursive: true });
          await appendIdentity(place, { avatar: params.avatar });
        }
        return { ok: true, agentId: id };
      },
    }),
    row({
      name: 'agents.delete',
      params: 'AgentsDeleteParams',
      async handle(params) {
        const id = normalizeAgentId(params.agentId);
        if (id === DEFAULT_AGENT_ID) throw invalidRequest(`"${DEFAULT_AGENT_ID}" cannot be deleted`);
        const before = config.current();
        let without = { config: before, removedBindings: 0 };
        await change((live) => {
          assertListed(live, id);
          without = withoutAgent(live, id);
          return without.config;
        });
        await stopRuns(services, id);
        if (params.deleteFiles !== false) {
          await forgetSessions(services, id);
          await trashAgent({ before, after: without.config, paths: config.paths, id, ...services });
        }
        return { ok: true, agentId: id, removedBindings: without.removedBindings };
      },
    }),
  ];
};

function assertNew(config: Config, id: string): void {
  if (agentConfig(config, id) !== undefined) throw invalidRequest(`agent "${id}" already exists`);
}

function assertListed(config: Config, id: string): void {
  if (agentConfig(config, id) === undefined) throw invalidRequest(`agent "${id}" not found`);
}

/** Turns of an agent that is gone would write into folders that are moved away. */
async function stopRuns({ agent }: GatewayServices, id: string): Promise<void> {
  const keys = new Set(agent.active().map(({ sessionKey }) => sessionKey));
  for (const sessionKey of keys) {
    if (sessionKey.startsWith(`agent:${id}:`)) await agent.abort({ sessionKey, origin: 'rpc' });
  }
}

async function forgetSessions({ store }: GatewayServices, id: string): Promise<void> {
  const { rows } = await store.sessions.list({ agentId: id, includeGlobal: false, includeUnknown: false });
  for (const { key } of rows) await store.sessions.delete(key, { archiveTranscript: true });
}
