import { type Env, firstSet } from '../env.ts';
import { isJsonObject, type JsonObject, objectAt, text } from '../json-object.ts';

type AnthropicAuth = 'api_key' | 'oauth';

/**
 * The defaults that depend on how Anthropic is paid for: cache-aware context pruning, the heartbeat period and cache
 * retention (reference config/config.md §6). Only the live configuration gets them.
 */
export function withAnthropicDefaults(config: JsonObject, env: Readonly<Env>): JsonObject {
  const agents = objectAt(config, 'agents');
  const defaults = objectAt(agents, 'defaults');
  const auth = anthropicAuth(config, env);
  if (defaults === undefined || auth === undefined) return config;

  const pruning = objectAt(defaults, 'contextPruning') ?? {};
  const heartbeat = objectAt(defaults, 'heartbeat') ?? {};
  const next: JsonObject = {
    ...defaults,
    contextPruning: pruning.mode === undefined ? { ...pruning, mode: 'cache-ttl', ttl: pruning.ttl ?? '1h' } : pruning,
    heartbeat: heartbeat.every === undefined ? { ...heartbeat, every: auth === 'api_key' ? '30m' : '1h' } : heartbeat,
  };
  if (auth === 'api_key') next.models = withCacheRetention(defaults);
  if (next.models === undefined) delete next.models;
  return { ...config, agents: { ...agents, defaults: next } };
}

/** First matching profile of the order; else the only kind there is; else the environment; else unknown. */
function anthropicAuth(config: JsonObject, env: Readonly<Env>): AnthropicAuth | undefined {
  const profiles = objectAt(config, 'auth', 'profiles') ?? {};
  const order = objectAt(config, 'auth', 'order')?.anthropic;
  for (const id of Array.isArray(order) ? order : []) {
    const auth = authOf(typeof id === 'string' ? profiles[id] : undefined);
    if (auth !== undefined) return auth;
  }
  const kinds = new Set(
    Object.values(profiles)
      .map(authOf)
      .filter((kind) => kind !== undefined),
  );
  if (kinds.size === 1) return [...kinds][0];
  if (kinds.size === 0 && firstSet(env, 'ANTHROPIC_OAUTH_TOKEN') !== undefined) return 'oauth';
  if (kinds.size === 0 && firstSet(env, 'ANTHROPIC_API_KEY') !== undefined) return 'api_key';
  return undefined;
}

function authOf(profile: unknown): AnthropicAuth | undefined {
  if (!isJsonObject(profile) || profile.provider !== 'anthropic') return undefined;
  if (profile.mode === 'api_key') return 'api_key';
  return profile.mode === 'oauth' || profile.mode === 'token' ? 'oauth' : undefined;
}

/** Anthropic models get short cache retention; the primary model is added when the list does not have it. */
function withCacheRetention(defaults: JsonObject): JsonObject | undefined {
  const listed = objectAt(defaults, 'models');
  const primary = text(objectAt(defaults, 'model')?.primary) ?? text(defaults.model);
  const keys = new Set(Object.keys(listed ?? {}));
  if (primary !== undefined) keys.add(primary);
  const out: JsonObject = { ...listed };
  for (const key of keys) {
    if (!key.startsWith('anthropic/')) continue;
    const entry = objectAt(listed, key) ?? {};
    const params = objectAt(entry, 'params') ?? {};
    out[key] = { ...entry, params: { ...params, cacheRetention: params.cacheRetention ?? 'short' } };
  }
  return Object.keys(out).length === 0 && listed === undefined ? undefined : out;
}
