import { filledString, finiteNumber, isObject, type JsonObject, listOf, objectOf, stringOf } from './json-shape.ts';

/** `agents.defaults.model` or an agent's `model`. `fallbacks` is undefined when the list is absent, which differs from empty. */
export interface ModelChoiceSettings {
  readonly primary: string | undefined;
  readonly fallbacks: readonly string[] | undefined;
}

/** One entry of `agents.defaults.models`, in the order of the file. */
export interface ModelEntrySettings {
  readonly key: string;
  readonly alias: string | undefined;
  readonly params: JsonObject;
}

export interface ProviderSettings {
  readonly id: string;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly auth: string | undefined;
  readonly api: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly authHeader: boolean;
  /** Model entries as written, each at least an object with an id. */
  readonly models: readonly JsonObject[];
}

export interface AuthSettings {
  readonly order: Readonly<Record<string, readonly string[]>>;
  readonly profiles: Readonly<Record<string, { readonly provider: string; readonly mode: string | undefined }>>;
  readonly cooldowns: JsonObject;
}

/** `models.bedrockDiscovery`, defaults filled in. */
export interface BedrockDiscovery {
  /** Undefined: when the environment holds AWS credentials. */
  readonly enabled: boolean | undefined;
  readonly region: string | undefined;
  /** Makers of models, lower-cased; empty: all. */
  readonly providerFilter: readonly string[];
  /** 0: asked each time. */
  readonly refreshIntervalS: number;
  readonly contextWindow: number;
  readonly maxTokens: number;
}

const BEDROCK_REFRESH_S = 3_600;
const BEDROCK_CONTEXT_WINDOW = 32_000;
const BEDROCK_MAX_TOKENS = 4_096;

/** The part of the configuration that decides about models, in one plain shape. */
export interface ModelSettings {
  readonly defaults: ModelChoiceSettings;
  /** `agents.defaults.imageModel`. */
  readonly imageModel: ModelChoiceSettings;
  readonly agents: Readonly<Record<string, ModelChoiceSettings & { readonly agentDir: string | undefined }>>;
  readonly entries: readonly ModelEntrySettings[];
  readonly cliBackends: Readonly<Record<string, JsonObject>>;
  readonly thinkingDefault: string | undefined;
  readonly contextTokens: number | undefined;
  readonly mode: 'merge' | 'replace';
  readonly providers: readonly ProviderSettings[];
  readonly auth: AuthSettings;
  readonly bedrockDiscovery: BedrockDiscovery;
}

/** Projects a configuration, checked or not, onto the model settings; unusable parts are left out. */
export function readModelSettings(config: unknown): ModelSettings {
  const root = objectOf(config);
  const agents = objectOf(root.agents);
  const defaults = objectOf(agents.defaults);
  const models = objectOf(root.models);
  return {
    defaults: choiceOf(defaults.model),
    imageModel: choiceOf(defaults.imageModel),
    agents: Object.fromEntries(
      listOf(agents.list)
        .filter(isObject)
        .map((agent) => [
          (stringOf(agent.id) ?? '').trim().toLowerCase(),
          { ...choiceOf(agent.model), agentDir: filledString(agent.agentDir) },
        ]),
    ),
    entries: Object.entries(objectOf(defaults.models)).map(([key, value]) => ({
      key,
      alias: filledString(objectOf(value).alias),
      params: objectOf(objectOf(value).params),
    })),
    cliBackends: Object.fromEntries(
      Object.entries(objectOf(defaults.cliBackends)).map(([id, backend]) => [id, objectOf(backend)]),
    ),
    thinkingDefault: filledString(defaults.thinkingDefault),
    contextTokens: finiteNumber(defaults.contextTokens),
    mode: models.mode === 'replace' ? 'replace' : 'merge',
    providers: readProviders(models),
    auth: authOf(objectOf(root.auth)),
    bedrockDiscovery: bedrockDiscoveryOf(objectOf(models.bedrockDiscovery)),
  };
}

/** The entries of `providers`, in the order of the file; unusable ones are left out. */
export function readProviders(models: unknown): readonly ProviderSettings[] {
  return Object.entries(objectOf(objectOf(models).providers)).flatMap(([id, value]) => providerOf(id, value));
}

function choiceOf(value: unknown): ModelChoiceSettings {
  if (typeof value === 'string') return { primary: filledString(value), fallbacks: undefined };
  const object = objectOf(value);
  const fallbacks = Array.isArray(object.fallbacks) ? stringsOf(object.fallbacks) : undefined;
  return { primary: filledString(object.primary), fallbacks };
}

function providerOf(id: string, value: unknown): readonly ProviderSettings[] {
  if (!isObject(value)) return [];
  return [
    {
      id,
      baseUrl: filledString(value.baseUrl) ?? '',
      apiKey: filledString(value.apiKey),
      auth: filledString(value.auth),
      api: filledString(value.api),
      headers: headersOf(value.headers),
      authHeader: value.authHeader === true,
      models: listOf(value.models)
        .filter((model) => isObject(model) && filledString(model.id) !== undefined)
        .filter(isObject),
    },
  ];
}

/** Header values that are strings; others are dropped. */
export function headersOf(value: unknown): Readonly<Record<string, string>> {
  const pairs = Object.entries(objectOf(value)).flatMap(([name, text]) =>
    typeof text === 'string' ? [[name, text] as const] : [],
  );
  return Object.fromEntries(pairs);
}

function bedrockDiscoveryOf(raw: JsonObject): BedrockDiscovery {
  return {
    enabled: typeof raw.enabled === 'boolean' ? raw.enabled : undefined,
    region: filledString(raw.region),
    providerFilter: stringsOf(listOf(raw.providerFilter)).map((maker) => maker.trim().toLowerCase()),
    refreshIntervalS: finiteNumber(raw.refreshInterval) ?? BEDROCK_REFRESH_S,
    contextWindow: finiteNumber(raw.defaultContextWindow) ?? BEDROCK_CONTEXT_WINDOW,
    maxTokens: finiteNumber(raw.defaultMaxTokens) ?? BEDROCK_MAX_TOKENS,
  };
}

function authOf(auth: JsonObject): AuthSettings {
  return {
    order: Object.fromEntries(
      Object.entries(objectOf(auth.order)).map(([provider, ids]) => [provider, stringsOf(listOf(ids))]),
    ),
    profiles: Object.fromEntries(
      Object.entries(objectOf(auth.profiles)).map(([id, profile]) => [
        id,
        { provider: stringOf(objectOf(profile).provider) ?? '', mode: filledString(objectOf(profile).mode) },
      ]),
    ),
    cooldowns: objectOf(auth.cooldowns),
  };
}

function stringsOf(values: readonly unknown[]): readonly string[] {
  return values.flatMap((value) => (typeof value === 'string' ? [value] : []));
}
