import type { Config } from '@chela/config';

export interface SessionDefaults {
  readonly defaultAgentId: string;
  readonly mainKey: string;
  readonly mainSessionKey: string;
  readonly scope: string;
}

/** `snapshot.sessionDefaults` of hello-ok (reference protocol/protocol.md §2.6). */
export function sessionDefaults(config: Config): SessionDefaults {
  const agents = config.agents?.list ?? [];
  const chosen = agents.find((agent) => agent.default === true) ?? agents[0];
  const defaultAgentId = chosen?.id.trim().toLowerCase() || 'main';
  const mainKey = config.session?.mainKey?.trim().toLowerCase() || 'main';
  const scope = config.session?.scope ?? 'per-sender';
  return {
    defaultAgentId,
    mainKey,
    mainSessionKey: scope === 'global' ? 'global' : `agent:${defaultAgentId}:${mainKey}`,
    scope,
  };
}
