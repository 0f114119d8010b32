import type { ModelApi, ResolvedModel } from '../driver.ts';

/**
 * Providers that need no configuration beyond a credential: where they live, what they speak and their better-known
 * models (reference agent/models.md §3.3). Ids that are not listed here are passed on to the provider as they are.
 */
export interface KnownProvider {
  readonly id: string;
  readonly baseUrl: string;
  readonly api: ModelApi;
  /** Window and output limit of models that are not listed. */
  readonly contextWindow: number;
  readonly maxTokens: number;
  /** The first one is picked when nothing is configured. */
  readonly models: readonly KnownProviderModel[];
}

export interface KnownProviderModel {
  readonly id: string;
  readonly name: string;
  readonly reasoning: boolean;
  readonly input: ResolvedModel['input'];
  readonly contextWindow: number;
  readonly maxTokens: number;
  readonly cost: ResolvedModel['cost'];
}

type Prices = readonly [input: number, output: number, cacheRead?: number, cacheWrite?: number];

interface Facts {
  readonly name?: string;
  readonly reasoning?: boolean;
  readonly image?: boolean;
  readonly window?: number;
  readonly max?: number;
  readonly prices?: Prices;
}

const TEXT: ResolvedModel['input'] = ['text'];
const TEXT_AND_IMAGE: ResolvedModel['input'] = ['text', 'image'];

function provider(
  id: string,
  api: ModelApi,
  baseUrl: string,
  limits: { readonly window: number; readonly max: number },
  models: Readonly<Record<string, Facts>>,
): KnownProvider {
  return {
    id,
    api,
    baseUrl,
    contextWindow: limits.window,
    maxTokens: limits.max,
    models: Object.entries(models).map(([model, facts]) => {
      const [input, output, cacheRead = 0, cacheWrite = 0] = facts.prices ?? [0, 0];
      return {
        id: model,
        name: facts.name ?? model,
        reasoning: facts.reasoning === true,
        input: facts.image === true ? TEXT_AND_IMAGE : TEXT,
        contextWindow: facts.window ?? limits.window,
        maxTokens: facts.max ?? limits.max,
        cost: { input, output, cacheRead, cacheWrite },
      };
    }),
  };
}

const seeing: Facts = { reasoning: true, image: true };
const MINIMAX_PRICES: Prices = [15, 60, 2, 10];

export const KNOWN_PROVIDERS: readonly KnownProvider[] = [
  provider(
    'anthropic',
    'anthropic-messages',
    'https://api.anthropic.com',
    { window: 200_000, max: 64_000 },
    {
      'claude-opus-4-6': { ...seeing, name: 'Claude Opus 4.6', max: 128_000, prices: [5, 25, 0.5, 6.25] },
      'claude-opus-4-5': { ...seeing, name: 'Claude Opus 4.5', prices: [5, 25, 0.5, 6.25] },
      'claude-sonnet-4-6': { ...seeing, name: 'Claude Sonnet 4.6', prices: [3, 15, 0.3, 3.75] },
      'claude-sonnet-4-5': { ...seeing, name: 'Claude Sonnet 4.5', prices: [3, 15, 0.3, 3.75] },
      'claude-haiku-4-5': { ...seeing, name: 'Claude Haiku 4.5', prices: [1, 5, 0.1, 1.25] },
    },
  ),
  provider(
    'openai',
    'openai-responses',
    'https://api.openai.com/v1',
    { window: 400_000, max: 128_000 },
    {
      'gpt-5.2': { ...seeing, name: 'GPT-5.2', prices: [1.75, 14, 0.175] },
      'gpt-5.1': { ...seeing, name: 'GPT-5.1', prices: [1.25, 10, 0.125] },
      'gpt-5': { ...seeing, name: 'GPT-5', prices: [1.25, 10, 0.125] },
      'gpt-5-mini': { ...seeing, name: 'GPT-5 mini', prices: [0.25, 2, 0.025] },
      'gpt-5-nano': { ...seeing, name: 'GPT-5 nano', prices: [0.05, 0.4, 0.005] },
      'gpt-4.1': { name: 'GPT-4.1', image: true, window: 1_047_576, max: 32_768, prices: [2, 8, 0.5] },
      'gpt-4o': { name: 'GPT-4o', image: true, window: 128_000, max: 16_384, prices: [2.5, 10, 1.25] },
    },
  ),
  provider(
    'google',
    'google-generative-ai',
    'https://generativelanguage.googleapis.com/v1beta',
    { window: 1_048_576, max: 65_536 },
    {
      'gemini-3-pro-preview': { ...seeing, name: 'Gemini 3 Pro Preview', prices: [2, 12, 0.2] },
      'gemini-3-flash-preview': { ...seeing, name: 'Gemini 3 Flash Preview', prices: [0.5, 3, 0.05] },
      'gemini-2.5-pro': { ...seeing, name: 'Gemini 2.5 Pro', prices: [1.25, 10, 0.125] },
      'gemini-2.5-flash': { ...seeing, name: 'Gemini 2.5 Flash', prices: [0.3, 2.5, 0.03] },
    },
  ),
  provider(
    'openrouter',
    'openai-completions',
    'https://openrouter.ai/api/v1',
    { window: 200_000, max: 8192 },
    {
      auto: { name: 'Auto', reasoning: true, image: true },
    },
  ),
  provider(
    'xai',
    'openai-completions',
    'https://api.x.ai/v1',
    { window: 256_000, max: 64_000 },
    {
      'grok-4': { name: 'Grok 4', reasoning: true, prices: [3, 15, 0.75] },
    },
  ),
  provider(
    'groq',
    'openai-completions',
    'https://api.groq.com/openai/v1',
    { window: 131_072, max: 32_768 },
    {
      'llama-3.3-70b-versatile': { name: 'Llama 3.3 70B', prices: [0.59, 0.79] },
    },
  ),
  provider(
    'mistral',
    'openai-completions',
    'https://api.mistral.ai/v1',
    { window: 128_000, max: 16_384 },
    {
      'mistral-large-latest': { name: 'Mistral Large', image: true },
    },
  ),
  provider(
    'moonshot',
    'openai-completions',
    'https://api.moonshot.ai/v1',
    { window: 256_000, max: 8192 },
    {
      'kimi-k2.5': { name: 'Kimi K2.5' },
    },
  ),
  provider(
    'zai',
    'openai-completions',
    'https://api.z.ai/api/paas/v4',
    { window: 204_800, max: 131_072 },
    {
      'glm-4.7': { name: 'GLM-4.7', reasoning: true },
      'glm-5': { name: 'GLM-5', reasoning: true },
    },
  ),
  provider(
    'minimax',
    'anthropic-messages',
    'https://api.minimax.io/anthropic',
    { window: 200_000, max: 8192 },
    {
      'MiniMax-M2.5': { reasoning: true, prices: MINIMAX_PRICES },
      'MiniMax-M2.5-Lightning': { reasoning: true, prices: MINIMAX_PRICES },
      'MiniMax-M2.1': { prices: MINIMAX_PRICES },
      'MiniMax-M2.1-lightning': { prices: MINIMAX_PRICES },
      'MiniMax-VL-01': { image: true, prices: MINIMAX_PRICES },
    },
  ),
  provider(
    'opencode',
    'openai-completions',
    'https://opencode.ai/zen/v1',
    { window: 200_000, max: 64_000 },
    {
      'kimi-k2.5': { name: 'Kimi K2.5' },
    },
  ),
  provider(
    'cerebras',
    'openai-completions',
    'https://api.cerebras.ai/v1',
    { window: 131_072, max: 40_960 },
    {
      'gpt-oss-120b': { name: 'GPT OSS 120B', reasoning: true },
    },
  ),
  provider(
    'together',
    'openai-completions',
    'https://api.together.xyz/v1',
    { window: 131_072, max: 8192 },
    {
      'moonshotai/Kimi-K2.5': { name: 'Kimi K2.5' },
    },
  ),
  provider(
    'venice',
    'openai-completions',
    'https://api.venice.ai/api/v1',
    { window: 128_000, max: 8192 },
    {
      'llama-3.3-70b': { name: 'Llama 3.3 70B' },
    },
  ),
  provider(
    'synthetic',
    'anthropic-messages',
    'https://api.synthetic.new/anthropic',
    { window: 192_000, max: 65_536 },
    {
      'hf:MiniMaxAI/MiniMax-M2.1': { name: 'MiniMax M2.1' },
    },
  ),
  provider(
    'kimi-coding',
    'anthropic-messages',
    'https://api.kimi.com/coding',
    { window: 262_144, max: 32_768 },
    {
      k2p5: { name: 'Kimi K2.5', reasoning: true },
    },
  ),
  provider(
    'xiaomi',
    'anthropic-messages',
    'https://api.xiaomimimo.com/anthropic',
    { window: 262_144, max: 8192 },
    {
      'mimo-v2-flash': {},
    },
  ),
  provider(
    'qianfan',
    'openai-completions',
    'https://qianfan.baidubce.com/v2',
    { window: 98_304, max: 32_768 },
    {
      'deepseek-v3.2': { reasoning: true },
      'ernie-5.0-thinking-preview': { reasoning: true, image: true, window: 119_000, max: 64_000 },
    },
  ),
  provider(
    'nvidia',
    'openai-completions',
    'https://integrate.api.nvidia.com/v1',
    { window: 131_072, max: 4096 },
    {
      'nvidia/llama-3.1-nemotron-70b-instruct': {},
      'meta/llama-3.3-70b-instruct': {},
      'nvidia/mistral-nemo-minitron-8b-8k-instruct': { window: 8192, max: 2048 },
    },
  ),
  provider(
    'vercel-ai-gateway',
    'anthropic-messages',
    'https://ai-gateway.vercel.sh',
    { window: 200_000, max: 64_000 },
    {
      'anthropic/claude-opus-4.6': { ...seeing, name: 'Claude Opus 4.6' },
    },
  ),
  provider(
    'huggingface',
    'openai-completions',
    'https://router.huggingface.co/v1',
    { window: 131_072, max: 8192 },
    {
      'deepseek-ai/DeepSeek-R1': { reasoning: true },
    },
  ),
  provider(
    'qwen-portal',
    'openai-completions',
    'https://portal.qwen.ai/v1',
    { window: 128_000, max: 8192 },
    {
      'coder-model': {},
      'vision-model': { image: true },
    },
  ),
  provider(
    'minimax-portal',
    'anthropic-messages',
    'https://api.minimax.io/anthropic',
    { window: 200_000, max: 8192 },
    {
      'MiniMax-M2.5': { reasoning: true },
      'MiniMax-M2.1': {},
    },
  ),
  provider(
    'openai-codex',
    'openai-codex-responses',
    'https://chatgpt.com/backend-api',
    { window: 272_000, max: 128_000 },
    {
      'gpt-5.3-codex': seeing,
      'gpt-5.3-codex-spark': seeing,
      'gpt-5.2-codex': seeing,
      'gpt-5.1-codex': seeing,
    },
  ),
  // Where a Copilot account's models are is known once its token is bought.
  provider(
    'github-copilot',
    'github-copilot',
    '',
    { window: 128_000, max: 16_384 },
    {
      'gpt-4o': { image: true },
      'gpt-5.2-codex': seeing,
      'gpt-5.2': seeing,
      'claude-opus-4.6': { image: true },
      'claude-sonnet-4.6': { image: true },
      'gemini-3-pro-preview': { image: true },
    },
  ),
  provider(
    'google-gemini-cli',
    'google-gemini-cli',
    'https://cloudcode-pa.googleapis.com',
    { window: 1_048_576, max: 65_536 },
    { 'gemini-3-pro-preview': seeing, 'gemini-3-flash-preview': seeing },
  ),
  provider(
    'google-antigravity',
    'google-gemini-cli',
    'https://cloudcode-pa.googleapis.com',
    { window: 1_048_576, max: 65_536 },
    { 'gemini-3-pro-high': seeing, 'claude-opus-4-6-thinking': { ...seeing, window: 200_000, max: 64_000 } },
  ),
  // The project and the region decide where Vertex is.
  provider(
    'google-vertex',
    'google-vertex',
    '',
    { window: 1_048_576, max: 65_536 },
    {
      'gemini-3-pro-preview': { ...seeing, name: 'Gemini 3 Pro Preview (Vertex)', prices: [2, 12, 0.2] },
      'gemini-3-flash-preview': { ...seeing, name: 'Gemini 3 Flash Preview (Vertex)', prices: [0.5, 3, 0.05] },
      'gemini-2.5-pro': { ...seeing, name: 'Gemini 2.5 Pro (Vertex)', prices: [1.25, 10, 0.125] },
      'gemini-2.5-flash': { ...seeing, name: 'Gemini 2.5 Flash (Vertex)', prices: [0.3, 2.5, 0.03] },
    },
  ),
  // The region of this machine decides where Bedrock is.
  provider(
    'amazon-bedrock',
    'bedrock-converse-stream',
    '',
    { window: 200_000, max: 8192 },
    {
      'us.anthropic.claude-opus-4-6-v1:0': { ...seeing, max: 128_000 },
      'us.anthropic.claude-sonnet-4-6-v1:0': { ...seeing, max: 64_000 },
      'amazon.nova-pro-v1:0': { image: true, window: 300_000 },
    },
  ),
  // The account and the gateway stand in the profile's metadata.
  provider(
    'cloudflare-ai-gateway',
    'anthropic-messages',
    'https://gateway.ai.cloudflare.com/v1/{accountId}/{gatewayId}/anthropic',
    { window: 200_000, max: 64_000 },
    { 'claude-sonnet-4-5': { ...seeing } },
  ),
  provider('litellm', 'openai-completions', 'http://localhost:4000', { window: 128_000, max: 8192 }, {}),
  provider(
    'chutes',
    'openai-completions',
    'https://llm.chutes.ai/v1',
    { window: 131_072, max: 8192 },
    { 'deepseek-ai/DeepSeek-V3.2': {} },
  ),
];

export function knownProvider(id: string): KnownProvider | undefined {
  return KNOWN_PROVIDERS.find((known) => known.id === id);
}
