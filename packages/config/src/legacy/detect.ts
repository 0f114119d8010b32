import { isJsonObject } from '../json-object.ts';
import type { ConfigIssue } from '../service.ts';

interface LegacyKey {
  readonly path: readonly string[];
  readonly text: string;
  /** When the key alone is not enough: the old form of a value whose key still exists. */
  readonly when?: (value: unknown) => boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isPresent = (value: unknown): boolean => value !== undefined;

const CHANNELS = ['whatsapp', 'telegram', 'discord', 'slack', 'signal', 'imessage', 'msteams'] as const;

/** In the order of the contract, which is the order of the report (reference config/config.md §7). */
const LEGACY_KEYS: readonly LegacyKey[] = [
  ...CHANNELS.map((id) => ({ path: [id], text: `${id} config moved to channels.${id}` })),
  { path: ['routing', 'allowFrom'], text: 'routing.allowFrom was removed; use channels.whatsapp.allowFrom instead' },
  { path: ['routing', 'bindings'], text: 'routing.bindings was moved; use top-level bindings instead' },
  { path: ['routing', 'agents'], text: 'routing.agents was moved; use agents.list instead' },
  {
    path: ['routing', 'defaultAgentId'],
    text: 'routing.defaultAgentId was moved; use agents.list[].default instead',
  },
  { path: ['routing', 'agentToAgent'], text: 'routing.agentToAgent was moved; use tools.agentToAgent instead' },
  {
    path: ['routing', 'groupChat', 'requireMention'],
    text: 'routing.groupChat.requireMention was removed; use channels.whatsapp/telegram/imessage groups defaults (e.g. channels.whatsapp.groups."*".requireMention) instead',
  },
  {
    path: ['routing', 'groupChat', 'mentionPatterns'],
    text: 'routing.groupChat.mentionPatterns was moved; use agents.list[].groupChat.mentionPatterns or messages.groupChat.mentionPatterns instead',
  },
  { path: ['routing', 'queue'], text: 'routing.queue was moved; use messages.queue instead' },
  {
    path: ['routing', 'transcribeAudio'],
    text: 'routing.transcribeAudio was moved; use tools.media.audio.models instead',
  },
  {
    path: ['telegram', 'requireMention'],
    text: 'telegram.requireMention was removed; use channels.telegram.groups."*".requireMention instead',
  },
  { path: ['identity'], text: 'identity was moved; use agents.list[].identity instead' },
  {
    path: ['agent'],
    text: 'agent.* was moved; use agents.defaults (and tools.* for tool/elevated/exec settings) instead',
  },
  { path: ['memorySearch'], text: 'top-level memorySearch was moved; use agents.defaults.memorySearch instead' },
  { path: ['tools', 'bash'], text: 'tools.bash was removed; use tools.exec instead' },
  {
    path: ['agent', 'model'],
    text: 'agent.model string was replaced by agents.defaults.model.primary/fallbacks and agents.defaults.models',
    when: isText,
  },
  {
    path: ['agent', 'imageModel'],
    text: 'agent.imageModel string was replaced by agents.defaults.imageModel.primary/fallbacks',
    when: isText,
  },
  { path: ['agent', 'allowedModels'], text: 'agent.allowedModels was replaced by agents.defaults.models' },
  { path: ['agent', 'modelAliases'], text: 'agent.modelAliases was replaced by agents.defaults.models.*.alias' },
  { path: ['agent', 'modelFallbacks'], text: 'agent.modelFallbacks was replaced by agents.defaults.model.fallbacks' },
  {
    path: ['agent', 'imageModelFallbacks'],
    text: 'agent.imageModelFallbacks was replaced by agents.defaults.imageModel.fallbacks',
  },
  { path: ['messages', 'tts', 'enabled'], text: 'messages.tts.enabled was replaced by messages.tts.auto' },
  { path: ['gateway', 'token'], text: 'gateway.token is ignored; use gateway.auth.token instead' },
];

/** Keys of older versions that are present. Any of them makes the configuration invalid until it is migrated. */
export function legacyIssues(config: unknown): ConfigIssue[] {
  return LEGACY_KEYS.filter(({ path, when = isPresent }) => when(valueAt(config, path))).map(({ path, text }) => ({
    path: path.join('.'),
    message: `${text} (auto-migrated on load).`,
  }));
}

function valueAt(config: unknown, path: readonly string[]): unknown {
  let at: unknown = config;
  for (const key of path) at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}
