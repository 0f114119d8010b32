import { configuredMainKey, mainSessionKey } from '@chela/agent';
import { type Config, defaultAgentId } from '@chela/config';

export interface SessionDefaults {
  readonly defaultAgentId: string;
  readonly mainKey: string;
  readonly mainSessionKey: string;
  readonly scope: string;
}

/** `snapshot.sessionDefaults` of hello-ok (reference protocol/protocol.md §2.6). */
export function sessionDefaults(config: Config): SessionDefaults {
  return {
    defaultAgentId: defaultAgentId(config),
    mainKey: configuredMainKey(config),
    mainSessionKey: mainSessionKey(config),
    scope: config.session?.scope ?? 'per-sender',
  };
}
