/** A session key as the store keeps it, with the agent it belongs to. */
export interface CanonicalKey {
  readonly key: string;
  readonly agentId: string;
}

const MAIN = 'main';
const UNSCOPED = new Set(['global', 'unknown']);

/**
 * Brings a key of a `sessions.json` into the canonical form (reference agent/sessions.md §1.1, §1.5): lower case,
 * `agent:<agentId>:<rest>`, with `global` and `unknown` as they are. Old files hold bare keys (`main`, `telegram:…`);
 * those belong to the agent whose file it is. Undefined for a key that names nothing.
 */
export function canonicalSessionKey(raw: string, fileAgentId: string): CanonicalKey | undefined {
  const key = raw.trim().toLowerCase();
  if (key === '') return undefined;
  if (UNSCOPED.has(key)) return { key, agentId: fileAgentId };
  const [scheme, ...rest] = key.split(':').filter((part) => part !== '');
  if (scheme !== 'agent') return { key: `agent:${fileAgentId}:${key}`, agentId: fileAgentId };
  const [agentId, ...name] = rest;
  if (agentId === undefined) return undefined;
  return { key: `agent:${agentId}:${name.length === 0 ? MAIN : name.join(':')}`, agentId };
}
