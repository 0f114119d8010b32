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

/** What token counts would cost in US dollars at prices per million tokens; for calls whose cost nobody wrote down. */
export function estimatedCost(tokens: ReportedUsage, prices: ResolvedModel['cost']): number {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0 } = tokens;
  const parts =
    input * prices.input + output * prices.output + cacheRead * prices.cacheRead + cacheWrite * prices.cacheWrite;
  return parts / TOKENS_PER_PRICE_UNIT;
}

/**
 * The usage of one call with its cost, as transcripts keep it. `total` is what the provider says, else the sum of the
 * parts. The price of one token comes first, as in transcripts of the original: reports show every digit.
 */
export function pricedUsage(tokens: ReportedUsage, prices: ResolvedModel['cost']): Usage {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0 } = tokens;
  const totalTokens = tokens.total ?? input + output + cacheRead + cacheWrite;
  const of = (count: number, price: number): number => (price / TOKENS_PER_PRICE_UNIT) * count;
  const cost = {
    input: of(input, prices.input),
    output: of(output, prices.output),
    cacheRead: of(cacheRead, prices.cacheRead),
    cacheWrite: of(cacheWrite, prices.cacheWrite),
  };
  const total = cost.input + cost.output + cost.cacheRead + cost.cacheWrite;
  return { input, output, cacheRead, cacheWrite, totalTokens, cost: { ...cost, total } };
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
