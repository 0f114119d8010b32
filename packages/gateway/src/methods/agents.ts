import { configuredMainKey } from '@chela/agent';
import { agentConfig, type Config, defaultAgentId, normalizeAgentId } from '@chela/config';
import type { MethodFamily } from '../method.ts';
import { agentIdentity } from './agent-identity.ts';
import { agentOfRequest, assertSoundKey, rosterIds } from './agent-roster.ts';
import { createRowBuilder } from './row.ts';
import { text } from './session-access.ts';

const IDENTITY_MEMBERS = ['name', 'theme', 'emoji', 'avatar'] as const;
/** Avatars that a browser can load as they are. */
const AVATAR_URL = /^(?:https?:\/\/|data:)/i;

/** `agents.list` and `agent.identity.get` (reference protocol/methods.json). */
export const agentsMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'agents.list',
      params: 'AgentsListParams',
      handle() {
        const config = services.config.current();
        return {
          defaultId: defaultAgentId(config),
          mainKey: configuredMainKey(config),
          scope: config.session?.scope ?? 'per-sender',
          agents: rosterIds(config).map((id) => listedAgent(config, id)),
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

function listedAgent(config: Config, id: string): Readonly<Record<string, unknown>> {
  const entry = agentConfig(config, id);
  const name = text(entry?.name?.trim());
  const identity = IDENTITY_MEMBERS.flatMap((member) => {
    const value = text(entry?.identity?.[member]?.trim());
    return value === undefined ? [] : [[member, value]];
  });
  const avatar = entry?.identity?.avatar?.trim();
  const avatarUrl = avatar !== undefined && AVATAR_URL.test(avatar) ? { avatarUrl: avatar } : {};
  return {
    id,
    ...(name !== undefined && { name }),
    ...(identity.length > 0 && { identity: { ...Object.fromEntries(identity), ...avatarUrl } }),
  };
}
