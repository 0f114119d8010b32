import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, silentMetrics, systemClock } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createModelService } from '../create-service.ts';
import type { ModelApi } from '../driver.ts';
import { createTransport, type Transport, type TransportRequest } from '../drivers/transport.ts';
import type { ModelService } from '../service.ts';
import { readModelSettings } from '../settings.ts';
import { type FakeProvider, type FakeReply, startFakeProvider } from '../testing/fake-provider.ts';
import { collect, testRequest } from '../testing/requests.ts';
import { ENVIRONMENT_PROVIDERS, type Environment, environmentKey } from './environment-keys.ts';
import { listModels } from './list-models.ts';
import { resolveModel } from './resolve-model.ts';

/** Reference agent/models.md §3.3: where the implicit providers are, what they speak, and their first model's limits. */
const IMPLICIT: readonly (readonly [string, string, string, ModelApi, number, number])[] = [
  ['minimax', 'MiniMax-M2.1', 'https://api.minimax.io/anthropic', 'anthropic-messages', 200_000, 8_192],
  ['minimax-portal', 'MiniMax-M2.1', 'https://api.minimax.io/anthropic', 'anthropic-messages', 200_000, 8_192],
  ['moonshot', 'kimi-k2.5', 'https://api.moonshot.ai/v1', 'openai-completions', 256_000, 8_192],
  ['qwen-portal', 'coder-model', 'https://portal.qwen.ai/v1', 'openai-completions', 128_000, 8_192],
  ['xiaomi', 'mimo-v2-flash', 'https://api.xiaomimimo.com/anthropic', 'anthropic-messages', 262_144, 8_192],
  ['venice', 'llama-3.3-70b', 'https://api.venice.ai/api/v1', 'openai-completions', 128_000, 8_192],
  [
    'synthetic',
    'hf:MiniMaxAI/MiniMax-M2.1',
    'https://api.synthetic.new/anthropic',
    'anthropic-messages',
    192_000,
    65_536,
  ],
  ['together', 'moonshotai/Kimi-K2.5', 'https://api.together.xyz/v1', 'openai-completions', 131_072, 8_192],
  ['huggingface', 'any/model', 'https://router.huggingface.co/v1', 'openai-completions', 131_072, 8_192],
  ['qianfan', 'deepseek-v3.2', 'https://qianfan.baidubce.com/v2', 'openai-completions', 98_304, 32_768],
  ['qianfan', 'ernie-5.0-thinking-preview', 'https://qianfan.baidubce.com/v2', 'openai-completions', 119_000, 64_000],
  [
    'nvidia',
    'nvidia/llama-3.1-nemotron-70b-instruct',
    'https://integrate.api.nvidia.com/v1',
    'openai-completions',
    131_072,
    4_096,
  ],
];

/** Reference agent/models.md §4: the variables of each provider, first one first. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'github-copilot': ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'],
  anthropic: ['ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'],
  chutes: ['CHUTES_OAUTH_TOKEN', 'CHUTES_API_KEY'],
  zai: ['ZAI_API_KEY', 'Z_AI_API_KEY'],
  opencode: ['OPENCODE_API_KEY', 'OPENCODE_ZEN_API_KEY'],
  'qwen-portal': ['QWEN_OAUTH_TOKEN', 'QWEN_PORTAL_API_KEY'],
  'minimax-portal': ['MINIMAX_OAUTH_TOKEN', 'MINIMAX_API_KEY'],
  'kimi-coding': ['KIMI_API_KEY', 'KIMICODE_API_KEY'],
  huggingface: ['HUGGINGFACE_HUB_TOKEN', 'HF_TOKEN'],
  openai: ['OPENAI_API_KEY'],
  google: ['GEMINI_API_KEY'],
  voyage: ['VOYAGE_API_KEY'],
  groq: ['GROQ_API_KEY'],
  deepgram: ['DEEPGRAM_API_KEY'],
  cerebras: ['CEREBRAS_API_KEY'],
  xai: ['XAI_API_KEY'],
  openrouter: ['OPENROUTER_API_KEY'],
  litellm: ['LITELLM_API_KEY'],
  'vercel-ai-gateway': ['AI_GATEWAY_API_KEY'],
  'cloudflare-ai-gateway': ['CLOUDFLARE_AI_GATEWAY_API_KEY'],
  moonshot: ['MOONSHOT_API_KEY'],
  minimax: ['MINIMAX_API_KEY'],
  nvidia: ['NVIDIA_API_KEY'],
  xiaomi: ['XIAOMI_API_KEY'],
  synthetic: ['SYNTHETIC_API_KEY'],
  venice: ['VENICE_API_KEY'],
  mistral: ['MISTRAL_API_KEY'],
  together: ['TOGETHER_API_KEY'],
  qianfan: ['QIANFAN_API_KEY'],
  ollama: ['OLLAMA_API_KEY'],
  vllm: ['VLLM_API_KEY'],
  'amazon-bedrock': ['AWS_BEARER_TOKEN_BEDROCK'],
};
/** Those that only hear or embed. */
const WITHOUT_MODELS = new Set(['voyage', 'deepgram']);

let stateDir: string;
let provider: FakeProvider;
let sent: TransportRequest[];
let services: ModelService[];
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'providers-'));
  provider = await startFakeProvider();
  sent = [];
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((models) => models.close()));
  await provider.close();
  await rm(stateDir, { recursive: true });
});
const toFake: Transport = (request) => {
  sent.push(request);
  const { pathname, search } = new URL(request.url);
  return createTransport()({ ...request, url: `${provider.url}${pathname}${search}` });
};
function service(config: object, env: Environment, replies: readonly FakeReply[] = []): ModelService {
  provider.script(...replies);
  const models = createModelService({
    config: { current: () => config },
    stateDir,
    env: { HOME: stateDir, ...env },
    logger: silentLogger(),
    metrics: silentMetrics(),
    clock: systemClock,
    transport: toFake,
  });
  services.push(models);
  return models;
}
const signal = new AbortController().signal;

test.each(IMPLICIT)('%s/%s is called at %s', (id, model, baseUrl, api, contextWindow, maxTokens) => {
  const resolved = resolveModel({ provider: id, model }, readModelSettings({}));
  expect(resolved).toMatchObject({ baseUrl, api, contextWindow, maxTokens });
});

test.each(Object.entries(VARIABLES))('%s takes its key from %j, the first one first', (id, names) => {
  for (const [index, name] of names.entries()) {
    const env = Object.fromEntries(names.slice(index).map((other) => [other, ` "key of ${other}" `]));
    expect(environmentKey(id, env)).toEqual({ name, value: `key of ${name}` });
  }
});

const callable = ENVIRONMENT_PROVIDERS.filter((id) => !WITHOUT_MODELS.has(id));
test.each([...callable, 'google-vertex', 'lmstudio'])('%s can be configured with an address of its own', async (id) => {
  const entry = {
    baseUrl: `${provider.url}/v1`,
    apiKey: 'own-key',
    api: 'openai-completions',
    models: [{ id: 'm', name: 'm' }],
  };
  const models = service({ models: { providers: { [id]: entry } } }, {}, [{ text: ['Hi.'] }]);
  const { primary } = await models.select({ agentId: 'main', override: { provider: id, model: 'm' } });
  const events = await collect(models.stream(testRequest(primary), 'main', signal));
  expect(events).toContainEqual({ type: 'textDelta', text: 'Hi.' });
  expect(sent[0]).toMatchObject({
    url: `${provider.url}/v1/chat/completions`,
    headers: { authorization: 'Bearer own-key' },
  });
});

const APIS: readonly ModelApi[] = [
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'google-generative-ai',
  'github-copilot',
  'bedrock-converse-stream',
  'ollama',
];
test.each(APIS)('a provider of the API %s can be configured', (api) => {
  const providers = { own: { baseUrl: 'https://own.example', api, models: [{ id: 'm', name: 'm' }] } };
  const resolved = resolveModel({ provider: 'own', model: 'm' }, readModelSettings({ models: { providers } }));
  expect(resolved).toMatchObject({ api, baseUrl: 'https://own.example' });
});

describe('models that a provider tells of', () => {
  const row = (id: string, more: object = {}) => ({
    modelId: id,
    modelName: `Name of ${id}`,
    providerName: id.startsWith('anthropic') ? 'Anthropic' : 'Amazon',
    inputModalities: ['TEXT', 'IMAGE'],
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    modelLifecycle: { status: 'ACTIVE' },
    ...more,
  });
  const summaries: FakeReply = {
    body: JSON.stringify({
      modelSummaries: [
        row('anthropic.claude-x-v1:0'),
        row('amazon.other-v1:0'),
        row('anthropic.old', { modelLifecycle: { status: 'LEGACY' } }),
        row('anthropic.whole', { responseStreamingSupported: false }),
        row('anthropic.picture', { outputModalities: ['IMAGE'] }),
      ],
    }),
  };
  const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
  const ids = async (models: ModelService): Promise<readonly string[]> =>
    (await models.catalog()).filter((entry) => entry.provider === 'amazon-bedrock').map(({ id }) => id);

  test('are those of Bedrock that stream text, of the makers that are wanted, asked once an hour', async () => {
    const bedrockDiscovery = { region: 'eu-west-1', providerFilter: ['Anthropic'], defaultContextWindow: 64_000 };
    const models = service({ models: { bedrockDiscovery } }, keys, [summaries]);
    const found = await ids(models);
    expect(found).toContain('anthropic.claude-x-v1:0');
    expect(found).toEqual(await ids(models));
    for (const other of ['amazon.other-v1:0', 'anthropic.old', 'anthropic.whole', 'anthropic.picture'])
      expect(found).not.toContain(other);
    expect(sent.map(({ url }) => url)).toEqual(['https://bedrock.eu-west-1.amazonaws.com/foundation-models']);
    expect(sent[0]?.headers.authorization).toContain('/eu-west-1/bedrock/aws4_request');
    const override = { provider: 'amazon-bedrock', model: 'anthropic.claude-x-v1:0' };
    const { primary } = await models.select({ agentId: 'main', override });
    expect(primary).toMatchObject({ contextWindow: 64_000, maxTokens: 4_096, input: ['text', 'image'] });
  });

  test.each<[string, object, Environment]>([
    ['it is switched off', { enabled: false }, keys],
    ['there are no AWS credentials', {}, {}],
  ])('of Bedrock are not asked for when %s', async (_why, bedrockDiscovery, env) => {
    await ids(service({ models: { bedrockDiscovery } }, env, [summaries]));
    expect(sent).toEqual([]);
  });

  test('may stay away: the list then is the one that is known', async () => {
    const models = service({}, keys, [{ status: 500, body: '{}' }]);
    const known = listModels(readModelSettings({}), [], []).filter((entry) => entry.provider === 'amazon-bedrock');
    expect(await ids(models)).toEqual(known.map(({ id }) => id));
  });

  test('are listed for Venice with their windows', async () => {
    const data = [
      {
        id: 'v1',
        model_spec: { name: 'V One', availableContextTokens: 50_000, capabilities: { supportsVision: true } },
      },
    ];
    const models = service({}, { VENICE_API_KEY: 'k' }, [{ body: JSON.stringify({ data }) }]);
    expect(await models.catalog()).toContainEqual({
      id: 'v1',
      name: 'V One',
      provider: 'venice',
      contextWindow: 50_000,
      reasoning: false,
      input: ['text', 'image'],
    });
  });
});
