import { normalizeProvider } from '../refs.ts';

export type ToolCallIdMode = 'strict' | 'strict9';

/** How a conversation must be shaped before a provider accepts it (reference agent/models.md §9.2). */
export interface TranscriptPolicy {
  readonly sanitizeMode: 'full' | 'images-only';
  readonly sanitizeToolCallIds: boolean;
  readonly toolCallIdMode?: ToolCallIdMode;
  readonly repairToolUseResultPairing: boolean;
  readonly preserveSignatures: boolean;
  readonly sanitizeThoughtSignatures?: { readonly allowBase64Only: boolean; readonly includeCamelCase: boolean };
  readonly normalizeAntigravityThinkingBlocks: boolean;
  readonly applyGoogleTurnOrdering: boolean;
  readonly validateGeminiTurns: boolean;
  readonly validateAnthropicTurns: boolean;
  readonly allowSyntheticToolResults: boolean;
}

const GOOGLE_APIS = new Set(['google-gemini-cli', 'google-vertex', 'google-generative-ai', 'google-antigravity']);
const OPENAI_APIS = new Set(['openai', 'openai-completions', 'openai-responses', 'openai-codex-responses']);
const OPENAI_PROVIDERS = new Set(['openai', 'openai-codex']);
const MISTRAL_NAMES = ['mistral', 'mixtral', 'codestral', 'pixtral', 'devstral', 'ministral', 'mistralai'];

export function transcriptPolicy(input: {
  readonly provider: string;
  readonly modelId: string;
  readonly modelApi: string;
}): TranscriptPolicy {
  const provider = normalizeProvider(input.provider);
  const model = input.modelId.toLowerCase();
  const isGoogle = GOOGLE_APIS.has(input.modelApi);
  const isAnthropic = input.modelApi === 'anthropic-messages' || provider === 'anthropic';
  const isOpenAi = OPENAI_PROVIDERS.has(provider) || (provider === '' && OPENAI_APIS.has(input.modelApi));
  const isMistral = provider === 'mistral' || MISTRAL_NAMES.some((name) => model.includes(name));
  const isRelayedGemini = (provider === 'openrouter' || provider === 'opencode') && model.includes('gemini');
  const isAntigravityClaude = input.modelApi === 'google-antigravity' || provider === 'google-antigravity';
  const thinksInBlocks = isAntigravityClaude && model.includes('claude');
  const needsPairs = !isOpenAi && (isGoogle || isAnthropic);
  const idMode: ToolCallIdMode | undefined = isOpenAi
    ? undefined
    : isMistral
      ? 'strict9'
      : needsPairs
        ? 'strict'
        : undefined;
  return {
    sanitizeMode: !isOpenAi && (isGoogle || isAnthropic || isMistral || isRelayedGemini) ? 'full' : 'images-only',
    sanitizeToolCallIds: idMode !== undefined,
    ...(idMode === undefined ? {} : { toolCallIdMode: idMode }),
    repairToolUseResultPairing: needsPairs,
    preserveSignatures: thinksInBlocks,
    ...(isRelayedGemini ? { sanitizeThoughtSignatures: { allowBase64Only: true, includeCamelCase: true } } : {}),
    normalizeAntigravityThinkingBlocks: thinksInBlocks,
    applyGoogleTurnOrdering: !isOpenAi && isGoogle,
    validateGeminiTurns: !isOpenAi && isGoogle,
    validateAnthropicTurns: !isOpenAi && isAnthropic,
    allowSyntheticToolResults: needsPairs,
  };
}
