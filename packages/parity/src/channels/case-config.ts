import { isJsonObject, type JsonObject } from '../json-value.ts';

/** Where the lab puts a fact of the run. */
const fact = (name: string): string => `\${${name}}`;

/** What the recordings were made with (golden/README.md): one agent, one model, no heartbeat, nothing debounced. */
export const BASE_CONFIG: JsonObject = {
  gateway: { mode: 'local', bind: 'loopback', auth: { mode: 'token', token: fact('token') } },
  models: {
    providers: {
      mock: {
        baseUrl: `${fact('provider')}/v1`,
        apiKey: 'x',
        api: 'openai-completions',
        models: [
          {
            id: 'm1',
            name: 'm1',
            input: ['text', 'image'],
            reasoning: false,
            contextWindow: 128000,
            maxTokens: 4096,
            cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
          },
        ],
      },
    },
  },
  agents: {
    defaults: {
      model: { primary: 'mock/m1' },
      workspace: fact('workspace'),
      skipBootstrap: true,
      heartbeat: { every: '0m' },
    },
    list: [{ id: 'main', default: true, identity: { name: 'Clawd', emoji: '🦞' } }],
  },
  messages: { inbound: { debounceMs: 0 } },
};

/** The case's settings over the base, member by member; lists are replaced. */
export function mergeConfig(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const under = merged[key];
    merged[key] = isJsonObject(under) && isJsonObject(value) ? mergeConfig(under, value) : value;
  }
  return merged;
}

/** What cases recorded step by step start from besides (golden/README-wave2-3.md). */
export const STEPWISE_CONFIG: JsonObject = { messages: { groupChat: { mentionPatterns: ['@?openclaw'] } } };

const PLACEHOLDER = /^<([a-z-]+)>$/;

function withFacts(value: unknown, facts: Readonly<Record<string, number | string>>): unknown {
  if (typeof value === 'string') return facts[PLACEHOLDER.exec(value)?.[1] ?? ''] ?? value;
  if (Array.isArray(value)) return value.map((item) => withFacts(item, facts));
  return isJsonObject(value) ? objectWithFacts(value, facts) : value;
}

/** Settings with the facts of a running vendor in place of `<name>`. */
export const objectWithFacts = (object: JsonObject, facts: Readonly<Record<string, number | string>>): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, withFacts(value, facts)]));
