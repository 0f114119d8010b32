import type { BudgetAmount } from '@chela/store';
import type { ModelRequest, Usage } from '../driver.ts';
import { outputLimit } from '../drivers/message-parts.ts';
import { estimatedCost } from '../usage.ts';

/** Text of most languages has more than this many characters a token; low, so that the reserve covers the call. */
const CHARS_PER_TOKEN = 2.5;
const IMAGE_TOKENS = 1600;
const MICROS_PER_USD = 1_000_000;

/** The most a call is likely to cost: its whole prompt uncached and an answer of full length. */
export function reserveFor(request: ModelRequest): BudgetAmount {
  return amountOf(request, promptEstimate(request), outputLimit(request));
}

/** What a call that broke off is charged: its prompt and what was seen of the answer. */
export function brokenCost(request: ModelRequest, outputChars: number): BudgetAmount {
  return amountOf(request, promptEstimate(request), Math.ceil(outputChars / CHARS_PER_TOKEN));
}

/** What a finished call cost. */
export function settledCost(usage: Usage): BudgetAmount {
  return { micros: toMicros(usage.cost.total), tokens: usage.totalTokens };
}

export function toMicros(dollars: number): number {
  return Math.round(dollars * MICROS_PER_USD);
}

export function toDollars(micros: number): number {
  return micros / MICROS_PER_USD;
}

function amountOf(request: ModelRequest, input: number, output: number): BudgetAmount {
  const total = estimatedCost({ input, output }, request.model.cost);
  return { micros: toMicros(total), tokens: input + output };
}

function promptEstimate({ systemPrompt, messages, tools }: ModelRequest): number {
  let chars = systemPrompt.length;
  let images = 0;
  for (const { content } of messages) {
    for (const part of content) {
      if (part.type === 'image') images += 1;
      else if (part.type === 'text') chars += part.text.length;
      else if (part.type === 'thinking') chars += part.thinking.length;
      else chars += part.name.length + JSON.stringify(part.arguments).length;
    }
  }
  for (const tool of tools)
    chars += tool.name.length + tool.description.length + JSON.stringify(tool.parameters).length;
  return Math.ceil(chars / CHARS_PER_TOKEN) + images * IMAGE_TOKENS;
}
