import type { ThinkingLevel } from './driver.ts';
import { normalizeProvider } from './refs.ts';

const BASE_LEVELS: readonly ThinkingLevel[] = ['off', 'minimal', 'low', 'medium', 'high'];

/** Models that know the level above `high` (reference agent/models.md §9.7). */
const XHIGH_REFS = new Set([
  'openai/gpt-5.2',
  'openai-codex/gpt-5.3-codex',
  'openai-codex/gpt-5.3-codex-spark',
  'openai-codex/gpt-5.2-codex',
  'openai-codex/gpt-5.1-codex',
  'github-copilot/gpt-5.2-codex',
  'github-copilot/gpt-5.2',
]);
const XHIGH_MODELS = new Set([...XHIGH_REFS].map((ref) => ref.slice(ref.indexOf('/') + 1)));

type Words = Readonly<Record<string, readonly string[]>>;

const THINK_WORDS: Words = {
  off: ['off'],
  minimal: ['min', 'minimal', 'think'],
  low: ['low', 'on', 'enable', 'enabled', 'thinkhard', 'think-hard', 'think_hard'],
  medium: ['mid', 'med', 'medium', 'thinkharder', 'think-harder', 'harder'],
  high: ['high', 'ultra', 'ultrathink', 'think-hardest', 'thinkhardest', 'highest', 'max'],
  xhigh: ['xhigh', 'x-high', 'x_high', 'extrahigh', 'extra-high', 'extra_high', 'extra high'],
};
const VERBOSE_WORDS: Words = {
  off: ['off', 'false', 'no', '0'],
  full: ['full', 'all', 'everything'],
  on: ['on', 'minimal', 'true', 'yes', '1'],
};
const ELEVATED_WORDS: Words = {
  off: ['off', 'false', 'no', '0'],
  full: ['full', 'auto', 'auto-approve', 'autoapprove'],
  ask: ['ask', 'prompt', 'approval', 'approve'],
  on: ['on', 'true', 'yes', '1'],
};
const REASONING_WORDS: Words = {
  off: ['off', 'false', 'no', '0', 'hide', 'hidden', 'disable', 'disabled'],
  on: ['on', 'true', 'yes', '1', 'show', 'visible', 'enable', 'enabled'],
  stream: ['stream', 'streaming', 'draft', 'live'],
};
const USAGE_WORDS: Words = {
  off: ['off', 'false', 'no', '0', 'disable', 'disabled'],
  tokens: ['on', 'true', 'yes', '1', 'enable', 'enabled', 'tokens', 'token', 'tok', 'minimal', 'min'],
  full: ['full', 'session'],
};

/** Reads a thinking level under any of its names; undefined for a word that is none. */
export function normalizeThinking(raw: string): ThinkingLevel | undefined {
  const level = match(THINK_WORDS, raw);
  return [...BASE_LEVELS, 'xhigh' as const].find((known) => known === level);
}

export function normalizeVerbose(raw: string): string | undefined {
  return match(VERBOSE_WORDS, raw);
}

export function normalizeElevated(raw: string): string | undefined {
  return match(ELEVATED_WORDS, raw);
}

export function normalizeReasoning(raw: string): string | undefined {
  return match(REASONING_WORDS, raw);
}

export function normalizeUsageDisplay(raw: string): string | undefined {
  return match(USAGE_WORDS, raw);
}

/** True for models with the level `xhigh`. Without a provider the model name alone decides. */
export function supportsXhigh(provider: string | undefined, model: string | undefined): boolean {
  const name = model?.trim().toLowerCase();
  if (name === undefined || name === '') return false;
  const id = provider?.trim().toLowerCase();
  return id === undefined || id === '' ? XHIGH_MODELS.has(name) : XHIGH_REFS.has(`${id}/${name}`);
}

/** The levels a model can be set to, and the words shown for them. */
export function thinkingLevels(
  provider: string | undefined,
  model: string | undefined,
): { readonly levels: readonly ThinkingLevel[]; readonly labels: readonly string[] } {
  const levels = supportsXhigh(provider, model) ? [...BASE_LEVELS, 'xhigh' as const] : BASE_LEVELS;
  return { levels, labels: isOnOffProvider(provider) ? ['off', 'on'] : levels };
}

/** The first level a provider's complaint offers that was not tried yet (reference agent/models.md §7.5). */
export function thinkingFallback(message: string, attempted: ReadonlySet<ThinkingLevel>): ThinkingLevel | undefined {
  const offer = /supported values(?: are)?:\s*([^\n.]+)/i.exec(message)?.[1];
  if (offer === undefined) return undefined;
  const quoted = [...offer.matchAll(/['"]([^'"]+)['"]/g)].map((hit) => hit[1] ?? '');
  const words =
    quoted.length > 0 ? quoted : offer.split(/,|\band\b/i).map((word) => word.replace(/^[^a-z]+|[^a-z]+$/gi, ''));
  return words.map((word) => normalizeThinking(word)).find((level) => level !== undefined && !attempted.has(level));
}

function isOnOffProvider(provider: string | undefined): boolean {
  return provider !== undefined && normalizeProvider(provider) === 'zai';
}

function match(words: Words, raw: string): string | undefined {
  const word = raw.trim().toLowerCase();
  return Object.keys(words).find((level) => words[level]?.includes(word));
}
