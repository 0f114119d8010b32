import type { Config } from '@chela/config';
import { defaultAgentId, normalizeAgentId } from './agent-id.ts';

/**
 * The grammar of session keys: `agent:<agentId>:<rest>`, or the literals `global` and `unknown`
 * (reference agent/sessions.md §1). Everything here is pure.
 */

const AGENT_PREFIX = 'agent:';
const MAIN_ALIAS = 'main';

export interface ParsedSessionKey {
  readonly agentId: string;
  /** What follows the agent id, e.g. `main` or `telegram:group:-100`. */
  readonly rest: string;
}

/** Splits an agent session key; undefined for anything else. `agent` must be lower-case, empty parts are skipped. */
export function parseSessionKey(key: string | null | undefined): ParsedSessionKey | undefined {
  const parts = (key ?? '').trim().split(':').filter(Boolean);
  const [head, agentId, ...rest] = parts;
  if (head !== 'agent' || agentId === undefined || rest.length === 0) return undefined;
  return { agentId, rest: rest.join(':') };
}

export type SessionKeyShape = 'missing' | 'agent' | 'legacy_or_alias' | 'malformed_agent';

/** Tells a usable key from one that only looks like an agent key; requests refuse `malformed_agent`. */
export function sessionKeyShape(key: string | null | undefined): SessionKeyShape {
  const raw = (key ?? '').trim();
  if (raw === '') return 'missing';
  if (parseSessionKey(raw) !== undefined) return 'agent';
  return raw.toLowerCase().startsWith(AGENT_PREFIX) ? 'malformed_agent' : 'legacy_or_alias';
}

/** `session.mainKey`, lower-case, default `main`. */
export function configuredMainKey(config: Config): string {
  const key = config.session?.mainKey?.trim().toLowerCase();
  return key === undefined || key === '' ? MAIN_ALIAS : key;
}

/** The key of an agent's main session, whatever the session scope is. */
export function agentMainSessionKey(agentId: string, mainKey: string): string {
  const key = mainKey.trim().toLowerCase();
  return `${AGENT_PREFIX}${normalizeAgentId(agentId)}:${key === '' ? MAIN_ALIAS : key}`;
}

/** The key that `main` means: `global` when all conversations share one session, else the agent's main key. */
export function mainSessionKey(config: Config, agentId?: string): string {
  if (config.session?.scope === 'global') return 'global';
  return agentMainSessionKey(agentId ?? defaultAgentId(config), configuredMainKey(config));
}

/** Replaces the aliases of an agent's main session by its key and leaves every other key alone (§1.5). */
export function canonicalMainAlias(config: Config, agentId: string, sessionKey: string): string {
  const raw = sessionKey.trim();
  const id = normalizeAgentId(agentId);
  const mainKey = configuredMainKey(config);
  const aliases = [MAIN_ALIAS, mainKey, agentMainSessionKey(id, mainKey), agentMainSessionKey(id, MAIN_ALIAS)];
  if (!aliases.includes(raw)) return raw;
  return mainSessionKey(config, id);
}

/** Puts a key a client wrote under an agent (§1.5): keys with `agent:` keep theirs, everything becomes lower-case. */
export function agentStoreKey(agentId: string, requestKey: string, mainKey: string): string {
  const raw = requestKey.trim();
  if (raw === '' || raw === MAIN_ALIAS) return agentMainSessionKey(agentId, mainKey);
  const lower = raw.toLowerCase();
  return lower.startsWith(AGENT_PREFIX) ? lower : `${AGENT_PREFIX}${normalizeAgentId(agentId)}:${lower}`;
}

/** The stored key for a key as a client wrote it. Idempotent. */
export function canonicalSessionKey(raw: string, config: Config): string {
  const key = raw.trim().toLowerCase();
  if (key === 'global' || key === 'unknown') return key;
  const parsed = parseSessionKey(key);
  if (parsed !== undefined) {
    const id = normalizeAgentId(parsed.agentId);
    return canonicalMainAlias(config, id, `${AGENT_PREFIX}${id}:${parsed.rest}`);
  }
  const agentId = defaultAgentId(config);
  const mainKey = configuredMainKey(config);
  if (key === '' || key === MAIN_ALIAS || key === mainKey) return mainSessionKey(config, agentId);
  return agentStoreKey(agentId, key, mainKey);
}

/** The agent a session belongs to; keys without an agent belong to the default one. */
export function resolveSessionAgentId(key: string, config: Config): string {
  const parsed = parseSessionKey(key);
  return parsed === undefined ? defaultAgentId(config) : normalizeAgentId(parsed.agentId);
}
