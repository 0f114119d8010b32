import type { ModelRef } from './driver.ts';

/** What is meant when nothing is configured (reference agent/models.md §1.3). */
export const DEFAULT_REF: ModelRef = { provider: 'anthropic', model: 'claude-opus-4-6' };

const PROVIDER_SPELLINGS: Readonly<Record<string, string>> = {
  'z.ai': 'zai',
  'z-ai': 'zai',
  'opencode-zen': 'opencode',
  qwen: 'qwen-portal',
  'kimi-code': 'kimi-coding',
};

const ANTHROPIC_SHORT_NAMES: Readonly<Record<string, string>> = {
  'opus-4.6': 'claude-opus-4-6',
  'opus-4.5': 'claude-opus-4-5',
  'sonnet-4.6': 'claude-sonnet-4-6',
  'sonnet-4.5': 'claude-sonnet-4-5',
};

const GOOGLE_PREVIEWS: Readonly<Record<string, string>> = {
  'gemini-3-pro': 'gemini-3-pro-preview',
  'gemini-3-flash': 'gemini-3-flash-preview',
};

/** Provider ids compare lower-cased and with known spellings folded (reference agent/models.md §2.2). */
export function normalizeProvider(raw: string): string {
  const id = raw.trim().toLowerCase();
  return PROVIDER_SPELLINGS[id] ?? id;
}

/** Builds a reference from its two halves, with the rewrites of reference agent/models.md §2.2–2.4. */
export function makeRef(rawProvider: string, rawModel: string): ModelRef {
  const provider = normalizeProvider(rawProvider);
  const model = rawModel.trim();
  if (provider === 'anthropic') return { provider, model: ANTHROPIC_SHORT_NAMES[model.toLowerCase()] ?? model };
  if (provider === 'google') return { provider, model: GOOGLE_PREVIEWS[model] ?? model };
  if (provider === 'openai' && isCodexOnly(model)) return { provider: 'openai-codex', model };
  return { provider, model };
}

/** Parses `[provider/]model`; undefined when a side is empty (reference agent/models.md §2.1). */
export function parseModelRef(raw: string, defaultProvider: string): ModelRef | undefined {
  const text = raw.trim();
  if (text === '') return undefined;
  const slash = text.indexOf('/');
  if (slash < 0) return makeRef(defaultProvider, text);
  const provider = text.slice(0, slash).trim();
  const model = text.slice(slash + 1).trim();
  if (provider === '' || model === '') return undefined;
  return makeRef(provider, model);
}

/** `provider/model`, the form used in keys and messages. */
export function refKey(ref: ModelRef): string {
  return `${ref.provider}/${ref.model}`;
}

export function sameRef(a: ModelRef, b: ModelRef): boolean {
  return a.provider === b.provider && a.model === b.model;
}

function isCodexOnly(model: string): boolean {
  const name = model.toLowerCase();
  return name === 'gpt-5.3-codex' || name.startsWith('gpt-5.3-codex-');
}
