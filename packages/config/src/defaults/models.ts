import { isJsonObject, type JsonObject, objectAt } from '../json-object.ts';

/** Model keys that have a short name unless the file gives one (reference config/config.md §6). */
const BUILT_IN_ALIASES: Readonly<Record<string, string>> = {
  'anthropic/claude-opus-4-6': 'opus',
  'anthropic/claude-sonnet-4-6': 'sonnet',
  'openai/gpt-5.2': 'gpt',
  'openai/gpt-5-mini': 'gpt-mini',
  'google/gemini-3-pro-preview': 'gemini',
  'google/gemini-3-flash-preview': 'gemini-flash',
};

const DEFAULT_CONTEXT_WINDOW_TOKENS = 200_000;
const DEFAULT_MAX_TOKENS = 8_192;

/** Fills in what a model of `models.providers.*.models` leaves out; its output never exceeds its context window. */
export function withModelDefaults(config: JsonObject): JsonObject {
  const models = objectAt(config, 'models');
  const providers = objectAt(models, 'providers');
  if (models === undefined || providers === undefined) return config;
  const filled: JsonObject = {};
  for (const [id, provider] of Object.entries(providers)) {
    const complete = isJsonObject(provider) && Array.isArray(provider.models);
    filled[id] = complete ? { ...provider, models: listOf(provider.models).map(withOneModelDefaults) } : provider;
  }
  return { ...config, models: { ...models, providers: filled } };
}

/** Gives built-in models of `agents.defaults.models` their alias. */
export function withModelAliases(config: JsonObject): JsonObject {
  const defaults = objectAt(config, 'agents', 'defaults');
  const models = objectAt(defaults, 'models');
  if (defaults === undefined || models === undefined) return config;
  const named: JsonObject = {};
  for (const [key, entry] of Object.entries(models)) {
    const alias = BUILT_IN_ALIASES[key];
    named[key] = alias !== undefined && isJsonObject(entry) && entry.alias === undefined ? { ...entry, alias } : entry;
  }
  return { ...config, agents: { ...objectAt(config, 'agents'), defaults: { ...defaults, models: named } } };
}

function withOneModelDefaults(model: unknown): unknown {
  if (!isJsonObject(model)) return model;
  const contextWindow = positive(model.contextWindow) ?? DEFAULT_CONTEXT_WINDOW_TOKENS;
  const wanted = positive(model.maxTokens) ?? Math.min(DEFAULT_MAX_TOKENS, contextWindow);
  return {
    ...model,
    reasoning: typeof model.reasoning === 'boolean' ? model.reasoning : false,
    input: Array.isArray(model.input) ? model.input : ['text'],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...objectAt(model, 'cost') },
    contextWindow,
    maxTokens: Math.min(wanted, contextWindow),
  };
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
