import type { ModelApi, ModelRef, ResolvedModel } from '../driver.ts';
import { type CliBackend, cliBackend } from '../drivers/cli/backend.ts';
import { filledString, finiteNumber, isObject, type JsonObject, listOf, objectOf } from '../json-shape.ts';
import { DEFAULT_REF, normalizeProvider, parseModelRef, refKey } from '../refs.ts';
import { UnknownModelError } from '../service.ts';
import { headersOf, type ModelSettings, type ProviderSettings } from '../settings.ts';
import type { DiscoveredProvider } from './discovered-models.ts';
import { type KnownProvider, type KnownProviderModel, knownProvider } from './known-providers.ts';
import type { LocalServer } from './local-servers.ts';

const UNKNOWN_CONTEXT_WINDOW = 200_000;
const DEFAULT_MAX_TOKENS = 8192;
const NO_COST = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** API kinds this release speaks. */
const APIS: readonly ModelApi[] = [
  'openai-completions',
  'openai-responses',
  'openai-codex-responses',
  'azure-openai-responses',
  'anthropic-messages',
  'google-generative-ai',
  'google-gemini-cli',
  'google-vertex',
  'bedrock-converse-stream',
  'github-copilot',
  'ollama',
  'demo',
];

/** The built-in demonstration model. */
export const DEMO_REF: ModelRef = { provider: 'demo', model: 'chela' };

const DEMO_MODEL: ResolvedModel = {
  ref: DEMO_REF,
  name: 'Chela demonstration',
  api: 'demo',
  baseUrl: '',
  headers: {},
  reasoning: false,
  input: ['text'],
  contextWindow: UNKNOWN_CONTEXT_WINDOW,
  maxTokens: DEFAULT_MAX_TOKENS,
  cost: NO_COST,
};

/** Ids whose numbers are those of a sibling in the known list (reference agent/models.md §3.2). */
const CLONES: readonly { readonly provider: string; readonly prefix: string; readonly of: string }[] = [
  { provider: 'anthropic', prefix: 'claude-opus-4-6', of: 'claude-opus-4-6' },
  { provider: 'anthropic', prefix: 'claude-sonnet-4-6', of: 'claude-sonnet-4-6' },
  { provider: 'zai', prefix: 'glm-5', of: 'glm-5' },
];

/**
 * Everything a driver needs to call a model: the configuration's own entry, else the known list, else what the provider's
 * other models are like. Throws UnknownModelError for a provider nobody knows and for an API kind this release cannot speak.
 */
export function resolveModel(
  ref: ModelRef,
  settings: ModelSettings,
  local: readonly LocalServer[] = [],
  discovered: readonly DiscoveredProvider[] = [],
): ResolvedModel {
  if (refKey(ref) === refKey(DEMO_REF)) return DEMO_MODEL;
  const backend = cliBackend(ref.provider, settings.cliBackends);
  if (backend !== undefined) return withContextCap(cliModel(ref, backend), settings.contextTokens);
  const configured = settings.providers.find(({ id }) => normalizeProvider(id) === ref.provider);
  const known = knownProvider(ref.provider);
  const found = local.find(({ provider }) => provider === ref.provider);
  if (configured === undefined && known === undefined && found === undefined) {
    throw new UnknownModelError(`Unknown model: ${refKey(ref)}${hintFor(ref.provider)}`);
  }
  const entry = configured?.models.find(({ id }) => id === ref.model);
  const told = discovered.find(({ provider }) => provider === ref.provider)?.models;
  const base = known === undefined ? localModel(ref, found) : knownModel(ref, known, told);
  const first = configured?.models[0];
  const model = {
    ...base,
    ...(configured === undefined ? {} : configuredModel(ref, configured, entry, first, base)),
    ref,
  };
  const params = paramsFor(ref, settings);
  return withContextCap({ ...model, ...(params === undefined ? {} : { params }) }, settings.contextTokens);
}

/** Nobody tells what a program's models can take; it looks after its own limits. */
const cliModel = (ref: ModelRef, backend: CliBackend): ResolvedModel => ({
  ref,
  name: ref.model,
  api: 'cli',
  baseUrl: '',
  headers: {},
  reasoning: false,
  input: ['text', 'image'],
  contextWindow: UNKNOWN_CONTEXT_WINDOW,
  maxTokens: DEFAULT_MAX_TOKENS,
  cost: NO_COST,
  backend,
});

function knownModel(ref: ModelRef, known: KnownProvider, told: readonly KnownProviderModel[] = []): ResolvedModel {
  const clone = CLONES.find(({ provider, prefix }) => provider === ref.provider && ref.model.startsWith(prefix))?.of;
  const own = [...known.models, ...told].find(({ id }) => id === ref.model);
  const listed = own ?? known.models.find(({ id }) => id === clone);
  const { contextWindow, maxTokens } = listed ?? known;
  return {
    ref,
    name: listed !== undefined && listed.id === ref.model ? listed.name : ref.model,
    api: known.api,
    baseUrl: known.baseUrl,
    headers: HEADERS_OF_PROVIDER[ref.provider] ?? {},
    reasoning: listed?.reasoning ?? false,
    input: listed?.input ?? ['text'],
    contextWindow,
    maxTokens,
    cost: listed?.cost ?? NO_COST,
  };
}

/** Who is calling, for providers that ask (reference agent/models.md §9.5). */
const HEADERS_OF_PROVIDER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  openrouter: { 'HTTP-Referer': 'https://openclaw.ai', 'X-Title': 'OpenClaw' },
};

function localModel(ref: ModelRef, server: LocalServer | undefined): ResolvedModel {
  return {
    ref,
    name: ref.model,
    api: server?.api ?? 'openai-responses',
    baseUrl: server?.baseUrl ?? '',
    headers: {},
    reasoning: server !== undefined && isReasoningName(ref.model),
    input: ['text'],
    contextWindow: server?.contextWindow ?? UNKNOWN_CONTEXT_WINDOW,
    maxTokens: DEFAULT_MAX_TOKENS,
    cost: NO_COST,
  };
}

/** Local servers list names only; these parts of a name mark models that think. */
function isReasoningName(name: string): boolean {
  return /r1|reasoning|think/i.test(name);
}

/** The members a configuration decides; what it leaves out comes from `base`. */
function configuredModel(
  ref: ModelRef,
  provider: ProviderSettings,
  entry: JsonObject | undefined,
  first: JsonObject | undefined,
  base: ResolvedModel,
): Omit<ResolvedModel, 'ref' | 'params'> {
  const limits = entry ?? first ?? {};
  const contextWindow = finiteNumber(limits.contextWindow) ?? base.contextWindow;
  const compat = { ...objectOf(entry?.compat), ...(provider.authHeader ? { authHeader: true } : {}) };
  return {
    name: filledString(entry?.name) ?? base.name,
    api: apiOf(ref, filledString(entry?.api) ?? provider.api ?? base.api),
    baseUrl: provider.baseUrl === '' ? base.baseUrl : provider.baseUrl,
    headers: { ...base.headers, ...provider.headers, ...headersOf(entry?.headers) },
    reasoning: typeof entry?.reasoning === 'boolean' ? entry.reasoning : base.reasoning,
    input: entry?.input === undefined ? base.input : inputOf(entry.input),
    contextWindow,
    maxTokens: Math.min(finiteNumber(limits.maxTokens) ?? base.maxTokens, contextWindow),
    cost: isObject(entry?.cost) ? costOf(entry.cost) : base.cost,
    ...(Object.keys(compat).length === 0 ? {} : { compat }),
  };
}

function apiOf(ref: ModelRef, name: string): ModelApi {
  const api = APIS.find((known) => known === name);
  if (api === undefined)
    throw new UnknownModelError(`Unknown model: ${refKey(ref)} (API "${name}" is not supported yet)`);
  return api;
}

function inputOf(value: unknown): ResolvedModel['input'] {
  return listOf(value).includes('image') ? ['text', 'image'] : ['text'];
}

export function costOf(value: JsonObject): ResolvedModel['cost'] {
  const of = (name: string): number => finiteNumber(value[name]) ?? 0;
  return { input: of('input'), output: of('output'), cacheRead: of('cacheRead'), cacheWrite: of('cacheWrite') };
}

function paramsFor(ref: ModelRef, settings: ModelSettings): JsonObject | undefined {
  const entry = settings.entries.find(({ key }) => {
    const parsed = parseModelRef(key, DEFAULT_REF.provider);
    return parsed !== undefined && refKey(parsed) === refKey(ref);
  });
  return entry === undefined || Object.keys(entry.params).length === 0 ? undefined : objectOf(entry.params);
}

/** `agents.defaults.contextTokens` lowers a window, never raises it (reference agent/models.md §8). */
function withContextCap(model: ResolvedModel, cap: number | undefined): ResolvedModel {
  return cap !== undefined && cap > 0 && cap < model.contextWindow ? { ...model, contextWindow: cap } : model;
}

function hintFor(provider: string): string {
  if (provider !== 'ollama' && provider !== 'vllm') return '';
  const variable = `${provider.toUpperCase()}_API_KEY`;
  return `. No ${provider} server answered. Start it, or set ${variable} to any value to have the provider registered.`;
}
