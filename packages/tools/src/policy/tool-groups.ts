/** Groups that stand for tools in policies (reference agent/tools.md §7). */
export const TOOL_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'group:memory': ['memory_search', 'memory_get'],
  'group:web': ['web_search', 'web_fetch'],
  'group:fs': ['read', 'write', 'edit', 'apply_patch'],
  'group:runtime': ['exec', 'process'],
  'group:sessions': [
    'sessions_list',
    'sessions_history',
    'sessions_send',
    'sessions_spawn',
    'subagents',
    'session_status',
  ],
  'group:ui': ['browser', 'canvas'],
  'group:automation': ['cron', 'gateway'],
  'group:messaging': ['message'],
  'group:nodes': ['nodes'],
  'group:openclaw': [
    'browser',
    'canvas',
    'nodes',
    'cron',
    'message',
    'gateway',
    'agents_list',
    'sessions_list',
    'sessions_history',
    'sessions_send',
    'sessions_spawn',
    'subagents',
    'session_status',
    'memory_search',
    'memory_get',
    'web_search',
    'web_fetch',
    'image',
  ],
};

const PROFILES: Readonly<Record<string, readonly string[]>> = {
  minimal: ['session_status'],
  coding: ['group:fs', 'group:runtime', 'group:sessions', 'group:memory', 'image'],
  messaging: ['group:messaging', 'sessions_list', 'sessions_history', 'sessions_send', 'session_status'],
};

/** What a profile allows; undefined for `full` and for unknown names, which restrict nothing. */
export function profileAllow(profile: string | undefined): readonly string[] | undefined {
  return profile === undefined ? undefined : PROFILES[profile.trim()];
}
