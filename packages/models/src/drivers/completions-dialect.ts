import type { ResolvedModel } from '../driver.ts';
import { objectOf } from '../json-shape.ts';

/** Where a chat-completions server departs from OpenAI's own (reference agent/models.md §9.1, §9.5). */
export interface CompletionsDialect {
  /** Knows the `store` member. */
  readonly store: boolean;
  readonly systemRole: 'system' | 'developer';
  readonly reasoningEffort: boolean;
  readonly usageInStream: boolean;
  readonly maxTokensField: 'max_completion_tokens' | 'max_tokens';
  readonly thinkingFormat: 'openai' | 'zai' | 'qwen';
  /** Wants the tool's name beside its result. */
  readonly resultName: boolean;
  readonly toolStream: boolean;
  /** Knows the `strict` member of a function. */
  readonly strictFunctions: boolean;
}

/** Servers that refuse members only OpenAI defines. */
const STRICT_HOSTS = ['cerebras.ai', 'api.x.ai', 'mistral.ai', 'chutes.ai', 'deepseek.com', 'api.z.ai', 'opencode.ai'];

/** Guesses the dialect from provider and host; `compat` of the model's configuration has the last word. */
export function completionsDialect(model: ResolvedModel): CompletionsDialect {
  const compat = objectOf(model.compat);
  const host = hostOf(model.baseUrl);
  const is = (name: string): boolean => host === name || host.endsWith(`.${name}`);
  const { provider } = model.ref;
  const isZai = provider === 'zai' || is('api.z.ai');
  const isMistral = provider === 'mistral' || is('mistral.ai');
  const isOpenAi = is('openai.com') || is('azure.com');
  const flag = (name: string, guess: boolean): boolean => (typeof compat[name] === 'boolean' ? compat[name] : guess);
  const developer = flag('supportsDeveloperRole', isOpenAi) && model.reasoning && !isZai;
  return {
    store: flag('supportsStore', !isZai && !isMistral && !STRICT_HOSTS.some(is)),
    systemRole: developer ? 'developer' : 'system',
    reasoningEffort: flag('supportsReasoningEffort', !is('api.x.ai') && !isZai),
    usageInStream: flag('supportsUsageInStreaming', true),
    maxTokensField: maxTokensField(compat.maxTokensField, isMistral || is('chutes.ai')),
    thinkingFormat: thinkingFormat(compat.thinkingFormat, isZai),
    resultName: flag('requiresToolResultName', isMistral),
    toolStream: provider === 'zai' && model.params?.tool_stream !== false,
    strictFunctions: flag('supportsStrictMode', true),
  };
}

function maxTokensField(written: unknown, isOld: boolean): CompletionsDialect['maxTokensField'] {
  if (written === 'max_tokens' || written === 'max_completion_tokens') return written;
  return isOld ? 'max_tokens' : 'max_completion_tokens';
}

function thinkingFormat(written: unknown, isZai: boolean): CompletionsDialect['thinkingFormat'] {
  if (written === 'zai' || written === 'qwen' || written === 'openai') return written;
  return isZai ? 'zai' : 'openai';
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
