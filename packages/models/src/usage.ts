import type { ReportedUsage } from '@chela/protocol';
import type { ResolvedModel, Usage } from './driver.ts';

export const ZERO_USAGE: Usage = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
};

const TOKENS_PER_PRICE_UNIT = 1_000_000;

/** Tokens the model read, cached or not; undefined when that is nothing. */
export function promptTokens(usage: ReportedUsage): number | undefined {
  const sum = (usage.input ?? 0) + (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0);
  return sum > 0 ? sum : undefined;
}

/** The context size a session shows: the prompt of the last call, else its total, never a sum over calls. */
export function sessionTotalTokens(input: {
  readonly usage?: ReportedUsage;
  readonly promptTokens?: number;
}): number | undefined {
  const explicit = input.promptTokens;
  if (explicit !== undefined && explicit > 0) return explicit;
  if (input.usage === undefined) return undefined;
  const total = promptTokens(input.usage) ?? input.usage.total;
  return total !== undefined && total > 0 ? total : undefined;
}

/** Cost of token counts in US dollars at prices per million tokens. */
export function usageCost(tokens: ReportedUsage, prices: ResolvedModel['cost']): Usage['cost'] {
  const of = (count: number | undefined, price: number): number => ((count ?? 0) * price) / TOKENS_PER_PRICE_UNIT;
  const input = of(tokens.input, prices.input);
  const output = of(tokens.output, prices.output);
  const cacheRead = of(tokens.cacheRead, prices.cacheRead);
  const cacheWrite = of(tokens.cacheWrite, prices.cacheWrite);
  return { input, output, cacheRead, cacheWrite, total: input + output + cacheRead + cacheWrite };
}

/** The usage of one call, priced. `total` is what the provider says, else the sum of the parts. */
export function pricedUsage(tokens: ReportedUsage, prices: ResolvedModel['cost']): Usage {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0 } = tokens;
  const totalTokens = tokens.total ?? input + output + cacheRead + cacheWrite;
  return { input, output, cacheRead, cacheWrite, totalTokens, cost: usageCost(tokens, prices) };
}

/** `999`, `1.2k`, `12k`, `1.2m`. */
export function formatTokens(count: number): string {
  if (!Number.isFinite(count) || count <= 0) return '0';
  if (count >= 1_000_000) return `${(count / 1_000_000).toFixed(1)}m`;
  if (count >= 10_000) return `${Math.round(count / 1000)}k`;
  if (count >= 1000) return `${(count / 1000).toFixed(1)}k`;
  return String(Math.round(count));
}

/** Two decimals from one cent up, four below. */
export function formatUsd(dollars: number): string {
  return `$${dollars.toFixed(dollars >= 0.01 ? 2 : 4)}`;
}
