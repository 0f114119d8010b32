import type { Config } from '@chela/config';

/** The agent a session key belongs to, or undefined for keys of another form. */
export function agentOfKey(key: string): string | undefined {
  return /^agent:([^:]+):/.exec(key)?.[1]?.toLowerCase();
}

export const SESSION_KINDS = ['main', 'group', 'cron', 'hook', 'node', 'other'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

/** What a session is for. Only the bare alias counts as `main`, as clients expect (reference agent/tools.md §6). */
export function sessionKind(key: string, mainKey: string): SessionKind {
  if (key === 'main' || key === mainKey) return 'main';
  if (key.startsWith('cron:')) return 'cron';
  if (key.startsWith('hook:')) return 'hook';
  if (key.startsWith('node:') || key.startsWith('node-')) return 'node';
  return key.includes(':group:') || key.includes(':channel:') ? 'group' : 'other';
}

/** The key a session is kept under: the bare alias means the caller's own main session. */
export function storedKey(key: string, caller: { readonly agentId: string }, config: Config): string {
  const mainKey = config.session?.mainKey ?? 'main';
  return key === 'main' || key === mainKey ? `agent:${caller.agentId}:${mainKey}` : key;
}

/** Whether a text is a session key rather than a session id. */
export function looksLikeKey(text: string): boolean {
  return (
    /^(?:main|global|unknown)$/.test(text) ||
    /^(?:agent|cron|hook|node|subagent|acp):/.test(text) ||
    text.startsWith('node-')
  );
}
