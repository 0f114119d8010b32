import { mainSessionKey } from '@chela/agent';
import { defaultAgentId } from '@chela/config';
import type { GatewayServices } from '../method.ts';

/** The session that notes without a session of their own are for: the main one of the default agent. */
export function mainSessionOf({ config }: Pick<GatewayServices, 'config'>): {
  readonly agentId: string;
  readonly sessionKey: string;
} {
  const agentId = defaultAgentId(config.current());
  return { agentId, sessionKey: mainSessionKey(config.current(), agentId) };
}

/** Queues a note for the main session. */
export function noteForMainSession(services: Pick<GatewayServices, 'config' | 'systemEvents'>, text: string): void {
  services.systemEvents.add(mainSessionOf(services).sessionKey, text);
}
