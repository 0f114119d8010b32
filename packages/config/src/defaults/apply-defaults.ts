import { type Env, firstSet } from '../env.ts';
import { type JsonObject, objectAt } from '../json-object.ts';
import { withAnthropicDefaults } from './anthropic.ts';
import { withModelAliases, withModelDefaults } from './models.ts';

/** What is filled in for everybody who reads the file: the values `config.get` shows (reference config/config.md §6). */
export function withSnapshotDefaults(config: JsonObject): JsonObject {
  return withModelAliases(
    withModelDefaults(withLoggingDefaults(withSessionDefaults(withAgentDefaults(withMessageDefaults(config))))),
  );
}

/** The voice key of the environment, which only readers of the snapshot see as part of the configuration. */
export function withTalkKey(config: JsonObject, env: Readonly<Env>): JsonObject {
  const talk = objectAt(config, 'talk') ?? {};
  const key = firstSet(env, 'ELEVENLABS_API_KEY');
  return key === undefined || talk.apiKey !== undefined ? config : { ...config, talk: { ...talk, apiKey: key } };
}

/** What only the running gateway gets on top: compaction mode and the Anthropic-dependent values. */
export function withLiveDefaults(config: JsonObject, env: Readonly<Env>): JsonObject {
  return withAnthropicDefaults(withCompactionDefaults(config), env);
}

function withMessageDefaults(config: JsonObject): JsonObject {
  const messages = objectAt(config, 'messages') ?? {};
  return { ...config, messages: { ...messages, ackReactionScope: messages.ackReactionScope ?? 'group-mentions' } };
}

const DEFAULT_MAX_CONCURRENT_TURNS = 4;
const DEFAULT_MAX_CONCURRENT_SUBAGENTS = 8;

export function withAgentDefaults(config: JsonObject): JsonObject {
  const agents = objectAt(config, 'agents') ?? {};
  const defaults = objectAt(agents, 'defaults') ?? {};
  const subagents = objectAt(defaults, 'subagents') ?? {};
  return {
    ...config,
    agents: {
      ...agents,
      defaults: {
        ...defaults,
        maxConcurrent: numberOr(defaults.maxConcurrent, DEFAULT_MAX_CONCURRENT_TURNS),
        subagents: {
          ...subagents,
          maxConcurrent: numberOr(subagents.maxConcurrent, DEFAULT_MAX_CONCURRENT_SUBAGENTS),
        },
      },
    },
  };
}

/** The main session is always called `main`; other values are read and ignored. */
export function withSessionDefaults(config: JsonObject): JsonObject {
  const session = objectAt(config, 'session');
  if (session?.mainKey === undefined) return config;
  return { ...config, session: { ...session, mainKey: 'main' } };
}

function withLoggingDefaults(config: JsonObject): JsonObject {
  const logging = objectAt(config, 'logging');
  if (logging === undefined) return config;
  return { ...config, logging: { ...logging, redactSensitive: logging.redactSensitive ?? 'tools' } };
}

function withCompactionDefaults(config: JsonObject): JsonObject {
  const agents = objectAt(config, 'agents');
  const defaults = objectAt(agents, 'defaults');
  if (defaults === undefined) return config;
  const compaction = objectAt(defaults, 'compaction') ?? {};
  const filled = { ...compaction, mode: compaction.mode ?? 'safeguard' };
  return { ...config, agents: { ...agents, defaults: { ...defaults, compaction: filled } } };
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}
