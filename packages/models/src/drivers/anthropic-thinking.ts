import type { ModelRequest, ThinkingLevel } from '../driver.ts';
import { outputLimit } from './message-parts.ts';

type Level = Exclude<ThinkingLevel, 'off'>;

const BUDGET_TOKENS: Readonly<Record<Level, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 16_384,
};
const EFFORT: Readonly<Record<Level, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
};
/** The API's own floor of a budget, and what is left for the answer when the limit is tight. */
const BUDGET_MIN_TOKENS = 1024;

/** Thinking and output limit as body members. Newer models choose their own budget and are told an effort. */
export function encodeThinking(request: ModelRequest): Readonly<Record<string, unknown>> {
  const { model, thinking } = request;
  const limit = outputLimit(request);
  if (!model.reasoning || thinking === 'off') return { max_tokens: limit };
  if (isAdaptive(model.ref.model)) {
    return { max_tokens: limit, thinking: { type: 'adaptive' }, output_config: { effort: EFFORT[thinking] } };
  }
  const max = Math.min(limit + BUDGET_TOKENS[thinking], model.maxTokens);
  const budget = max > BUDGET_TOKENS[thinking] ? BUDGET_TOKENS[thinking] : max - BUDGET_MIN_TOKENS;
  if (budget < BUDGET_MIN_TOKENS) return { max_tokens: limit };
  return { max_tokens: max, thinking: { type: 'enabled', budget_tokens: budget } };
}

function isAdaptive(model: string): boolean {
  return /claude-(?:opus|sonnet)-4[-.]6/.test(model);
}
