/**
 * Environment variables that hold a provider's credential, first filled one wins (reference agent/models.md §4).
 * The order of the providers is the order in which one is picked when nothing is configured.
 */
const ENVIRONMENT_KEYS: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'],
  openai: ['OPENAI_API_KEY'],
  google: ['GEMINI_API_KEY'],
  openrouter: ['OPENROUTER_API_KEY'],
  xai: ['XAI_API_KEY'],
  groq: ['GROQ_API_KEY'],
  mistral: ['MISTRAL_API_KEY'],
  moonshot: ['MOONSHOT_API_KEY'],
  zai: ['ZAI_API_KEY', 'Z_AI_API_KEY'],
  minimax: ['MINIMAX_API_KEY'],
  opencode: ['OPENCODE_API_KEY', 'OPENCODE_ZEN_API_KEY'],
  cerebras: ['CEREBRAS_API_KEY'],
  together: ['TOGETHER_API_KEY'],
  venice: ['VENICE_API_KEY'],
  synthetic: ['SYNTHETIC_API_KEY'],
  'kimi-coding': ['KIMI_API_KEY', 'KIMICODE_API_KEY'],
  xiaomi: ['XIAOMI_API_KEY'],
  qianfan: ['QIANFAN_API_KEY'],
  nvidia: ['NVIDIA_API_KEY'],
  'vercel-ai-gateway': ['AI_GATEWAY_API_KEY'],
  huggingface: ['HUGGINGFACE_HUB_TOKEN', 'HF_TOKEN'],
  'qwen-portal': ['QWEN_OAUTH_TOKEN', 'QWEN_PORTAL_API_KEY'],
  'minimax-portal': ['MINIMAX_OAUTH_TOKEN', 'MINIMAX_API_KEY'],
  chutes: ['CHUTES_OAUTH_TOKEN', 'CHUTES_API_KEY'],
  'openai-codex': [],
  'google-gemini-cli': [],
  'google-antigravity': [],
  litellm: ['LITELLM_API_KEY'],
  ollama: ['OLLAMA_API_KEY'],
  vllm: ['VLLM_API_KEY'],
  'cloudflare-ai-gateway': ['CLOUDFLARE_AI_GATEWAY_API_KEY'],
  'github-copilot': ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'],
  'amazon-bedrock': ['AWS_BEARER_TOKEN_BEDROCK'],
  voyage: ['VOYAGE_API_KEY'],
  deepgram: ['DEEPGRAM_API_KEY'],
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** The providers that can have a credential in the environment, most preferred first. */
export const ENVIRONMENT_PROVIDERS: readonly string[] = Object.keys(ENVIRONMENT_KEYS);

/** The filled variable of a provider, its value without surrounding quotes and white space. */
export function environmentKey(
  provider: string,
  env: Environment,
): { readonly name: string; readonly value: string } | undefined {
  for (const name of ENVIRONMENT_KEYS[provider] ?? []) {
    const value = (env[name] ?? '')
      .trim()
      .replace(/^(["'])(.*)\1$/s, '$2')
      .trim();
    if (value !== '') return { name, value };
  }
  return undefined;
}
