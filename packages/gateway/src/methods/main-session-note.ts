import { mainSessionKey } from '@chela/agent';
import { defaultAgentId } from '@chela/config';
import type { GatewayServices } from '../method.ts';

/** The key of the session that notes without a session of their own are for. */
export function mainSessionOf({ config }: Pick<GatewayServices, 'config'>): string {
  return mainSessionKey(config.current(), defaultAgentId(config.current()));
}

/** Queues a note for the main session of the default agent. */
export function noteForMainSession(services: Pick<GatewayServices, 'config' | 'systemEvents'>, text: string): void {
  services.systemEvents.add(mainSessionOf(services), text);
}
