import { canonicalSessionKey, resolveSessionAgentId, sendPolicyOf } from '@chela/agent';
import type { Config } from '@chela/config';
import { invalidRequest } from '@chela/protocol';
import type { SessionEntry } from '@chela/store';
import type { GatewayServices } from '../method.ts';

/** A session as a request names it: where it is stored, whose it is, and what is stored. */
export interface NamedSession {
  readonly key: string;
  readonly agentId: string;
  readonly entry: SessionEntry | undefined;
}

export async function loadSession(
  services: Pick<GatewayServices, 'config' | 'store'>,
  rawKey: string,
): Promise<NamedSession> {
  const config = services.config.current();
  const key = canonicalSessionKey(rawKey, config);
  const row = await services.store.sessions.get(key);
  return { key, agentId: row?.agentId ?? resolveSessionAgentId(key, config), entry: row?.entry };
}

/** Refuses a message for a session that is closed for sending (reference agent/sessions.md §10). */
export function assertMaySend(config: Config, { key, entry }: NamedSession): void {
  const channel = text(entry?.channel) ?? text(entry?.lastChannel);
  const chatType = text(entry?.chatType);
  const policy = sendPolicyOf(config, {
    sessionKey: key,
    ...(channel !== undefined && { channel }),
    ...(chatType !== undefined && { chatType }),
    ...(entry !== undefined && { entry }),
  });
  if (policy === 'deny') throw invalidRequest('send blocked by session policy');
}

/** A member of a session entry when it is a non-empty string. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
