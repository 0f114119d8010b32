const ALIASES: Readonly<Record<string, string>> = { bash: 'exec', 'apply-patch': 'apply_patch' };

/** A tool name as it is compared: trimmed, lower case, aliases resolved (reference agent/tools.md ). */
export function normalizeToolName(name: string): string {
  const plain = name.trim().toLowerCase();
  return ALIASES[plain] ?? plain;
}

/** The order in which tools are offered; channel tools stand between `process` and `browser`, plugin tools last. */
export const TOOL_ORDER: readonly string[] = [
  'read',
  'edit',
  'write',
  'apply_patch',
  'exec',
  'process',
  'browser',
  'canvas',
  'nodes',
  'cron',
  'message',
  'tts',
  'gateway',
  'agents_list',
  'sessions_list',
  'sessions_history',
  'sessions_send',
  'sessions_spawn',
  'subagents',
  'session_status',
  'web_search',
  'web_fetch',
  'image',
  'memory_search',
  'memory_get',
];
