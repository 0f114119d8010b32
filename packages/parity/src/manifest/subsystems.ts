/** Which row of the scorecard a part of the contract belongs to. Names that are not listed stand for themselves. */

const OF_METHOD_FAMILY: Readonly<Record<string, string>> = {
  handshake: 'connections',
  'exec-approvals': 'approvals',
  cron: 'automation',
  heartbeat: 'automation',
  tts: 'speech',
  talk: 'speech',
  voicewake: 'speech',
  'plugin voice-call': 'speech',
  health: 'system',
  logs: 'system',
  presence: 'system',
  messaging: 'channels',
  wizard: 'operations',
  update: 'operations',
};

const OF_TRACE_GROUP: Readonly<Record<string, string>> = {
  cron: 'automation',
  failover: 'models',
  handshake: 'connections',
  health: 'system',
  providers: 'models',
  queue: 'agent',
  restart: 'system',
  voice: 'speech',
};

const OF_EVENT: Readonly<Record<string, string>> = {
  'connect.challenge': 'connections',
  tick: 'connections',
  shutdown: 'connections',
  'talk.mode': 'speech',
  'voicewake.changed': 'speech',
  presence: 'system',
  health: 'system',
  heartbeat: 'automation',
  cron: 'automation',
};

const OF_TABLE: Readonly<Record<string, string>> = {
  'agent-routing': 'agent',
  'apply-patch': 'tools',
  'auth-profiles': 'models',
  'block-chunker': 'agent',
  'chunk-markdown': 'channels',
  'chunk-modes': 'channels',
  'chunk-text': 'channels',
  'context-files': 'agent',
  'cron-normalize': 'automation',
  'error-text': 'agent',
  'exec-allowlist': 'approvals',
  'exec-approvals-file': 'approvals',
  'exec-pattern': 'approvals',
  'failover-classify': 'models',
  'format-signal': 'channel signal',
  'format-slack': 'channel slack',
  'format-telegram': 'channel telegram',
  'format-whatsapp': 'channel whatsapp',
  'heartbeat-silent-tokens': 'automation',
  'inline-directives': 'commands',
  'markdown-tables': 'channels',
  'memory-index': 'memory',
  'model-ref-parse': 'models',
  'model-selection': 'models',
  'plugin-enable': 'plugins',
  queue: 'agent',
  'reply-directives': 'agent',
  sandbox: 'tools',
  'schedule-duration': 'automation',
  'session-keys': 'sessions',
  'session-misc': 'sessions',
  'session-reset': 'sessions',
  'skill-gating': 'skills',
  'slash-commands-parse': 'commands',
  'slash-replies': 'commands',
  ssrf: 'tools',
  'thinking-levels': 'models',
  'tool-call-id': 'models',
  'tool-loop-detection': 'tools',
  'tool-policy': 'tools',
  'tool-policy-plugins': 'tools',
  'tool-schema-gemini': 'models',
  'transcript-policy': 'models',
  usage: 'usage',
  'webhook-mapping': 'http',
};

const lookUp = (table: Readonly<Record<string, string>>, name: string, otherwise = name): string =>
  (Object.hasOwn(table, name) ? table[name] : undefined) ?? otherwise;

export const subsystemOfMethodFamily = (family: string): string => lookUp(OF_METHOD_FAMILY, family);
export const subsystemOfTraceGroup = (group: string): string => lookUp(OF_TRACE_GROUP, group);
export const subsystemOfTable = (table: string): string => lookUp(OF_TABLE, table, 'agent');

/** Events of a family (`node.…`, `device.…`, `exec.approval.…`) belong to it, the others to their own name. */
export function subsystemOfEvent(event: string): string {
  if (event.startsWith('node.')) return 'nodes';
  if (event.startsWith('device.')) return 'devices';
  if (event.startsWith('exec.approval.')) return 'approvals';
  return lookUp(OF_EVENT, event);
}

const TOOL_FAMILIES: readonly (readonly [prefix: string, subsystem: string])[] = [
  ['feishu_', 'channel feishu'],
  ['zalouser', 'channel zalouser'],
  ['whatsapp_', 'channel whatsapp'],
  ['voice_call', 'speech'],
  ['tts', 'speech'],
  ['memory_', 'memory'],
  ['browser', 'browser'],
  ['canvas', 'browser'],
  ['nodes', 'nodes'],
  ['cron', 'automation'],
  ['llm-task', 'plugins'],
  ['lobster', 'plugins'],
];

/** Tools of a channel, a plugin or another subsystem belong to it. */
export const subsystemOfTool = (name: string): string =>
  TOOL_FAMILIES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'tools';
