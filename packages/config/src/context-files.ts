/** Files of a workspace that every prompt names, present or not, in this order (reference agent/sessions.md §15). */
export const BOOTSTRAP_NAMES = [
  'AGENTS.md',
  'SOUL.md',
  'TOOLS.md',
  'IDENTITY.md',
  'USER.md',
  'HEARTBEAT.md',
  'BOOTSTRAP.md',
] as const;

/** Files that come after them when they exist. */
export const MEMORY_NAMES = ['MEMORY.md', 'memory.md'] as const;
