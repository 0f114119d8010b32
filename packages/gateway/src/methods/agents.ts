import { configuredMainKey } from '@chela/agent';
import { type AgentConfig, agentConfigs, agentWorkspaceDir, defaultAgentId, normalizeAgentId } from '@chela/config';
import { loadableAvatar } from '../http/avatar.ts';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { agentIdentity } from './agent-identity.ts';
import { agentOfRequest, assertSoundKey, rosterIds } from './agent-roster.ts';
import { createRowBuilder } from './row.ts';
import { text } from './session-access.ts';

const IDENTITY_MEMBERS = ['name', 'theme', 'emoji', 'avatar'] as const;

/** `agents.list` and `agent.identity.get` (reference protocol/methods.json). */
export const agentsMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'agents.list',
      params: 'AgentsListParams',
      async handle() {
        const config = services.config.current();
        const entries = agentConfigs(config);
        return {
          defaultId: defaultAgentId(config),
          mainKey: configuredMainKey(config),
          scope: config.session?.scope ?? 'per-sender',
          agents: await Promise.all(rosterIds(config).map((id) => listedAgent(services, id, entries.get(id)))),
        };
      },
    }),
    row({
      name: 'agent.identity.get',
      params: 'AgentIdentityParams',
      handle({ agentId, sessionKey }) {
        const config = services.config.current();
        const method = 'agent.identity.get';
        const key = sessionKey?.trim() || undefined;
        if (key !== undefined) assertSoundKey(key, method);
        const named = agentId?.trim() ? normalizeAgentId(agentId) : undefined;
        return agentIdentity(services, agentOfRequest(config, named, key, method) ?? defaultAgentId(config));
      },
    }),
  ];
};

async function listedAgent(
  services: Pick<GatewayServices, 'config'>,
  id: string,
  entry: AgentConfig | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const name = text(entry?.name?.trim());
  const identity = IDENTITY_MEMBERS.flatMap((member) => {
    const value = text(entry?.identity?.[member]?.trim());
    return value === undefined ? [] : [[member, value]];
  });
  const avatar = entry?.identity?.avatar?.trim();
  const avatarUrl = avatar === undefined ? undefined : await avatarOf(services, id, avatar);
  return {
    id,
    ...(name !== undefined && { name }),
    ...(identity.length > 0 && {
      identity: { ...Object.fromEntries(identity), ...(avatarUrl !== undefined && { avatarUrl }) },
    }),
  };
}

function avatarOf(
  { config }: Pick<GatewayServices, 'config'>,
  id: string,
  avatar: string,
): Promise<string | undefined> {
  return loadableAvatar({ avatar, workspaceDir: agentWorkspaceDir(config.current(), config.paths, id) });
}
