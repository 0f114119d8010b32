import type { GatewayServices } from '../method.ts';
import type { NamedSession } from './session-access.ts';
import { modelOfSession } from './session-model.ts';

/** The thinking level a session's next turn has: its own, the configured one, else `low` for models that reason. */
export async function sessionThinkingLevel(services: GatewayServices, session: NamedSession): Promise<string> {
  const set = session.entry?.thinkingLevel ?? services.config.current().agents?.defaults?.thinkingDefault;
  if (set !== undefined) return set;
  const facts = await modelOfSession(services, session.agentId, session.entry);
  return facts.reasoning ? 'low' : 'off';
}
