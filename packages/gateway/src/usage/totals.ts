import { estimatedCost, type ModelRef, type modelPrices } from '@chela/models';
import type { ModelSums, TokenCounts } from '@chela/store';

/** Tokens and US dollars as usage reports show them (reference protocol/methods.json usage.cost). Pure. */
export interface UsageTotals extends TokenCounts {
  readonly totalTokens: number;
  readonly totalCost: number;
  readonly inputCost: number;
  readonly outputCost: number;
  readonly cacheReadCost: number;
  readonly cacheWriteCost: number;
  /** Calls of models whose price nobody knows. */
  readonly missingCostEntries: number;
}

export type Prices = ReturnType<typeof modelPrices>;

export const NO_USAGE: UsageTotals = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  totalCost: 0,
  inputCost: 0,
  outputCost: 0,
  cacheReadCost: 0,
  cacheWriteCost: 0,
  missingCostEntries: 0,
};

/**
 * The sums of one model, priced. Costs that stand in the transcript count as they are; the rest is estimated from the
 * price list, as a sum without parts.
 */
export function pricedTotals(sums: ModelSums, prices: Prices): UsageTotals {
  const { tokens, cost, unpriced, totalTokens } = sums;
  const price = unpriced.calls === 0 ? undefined : prices(refOf(sums));
  const estimate = price === undefined ? 0 : estimatedCost(unpriced, price);
  return {
    ...tokens,
    totalTokens,
    totalCost: cost.total + estimate,
    inputCost: cost.input,
    outputCost: cost.output,
    cacheReadCost: cost.cacheRead,
    cacheWriteCost: cost.cacheWrite,
    missingCostEntries: price === undefined ? unpriced.calls : 0,
  };
}

/** The cost of one call in US dollars; undefined when nobody knows its price. */
export function callCost(call: ModelSums, prices: Prices): number | undefined {
  const { totalCost, missingCostEntries } = pricedTotals(call, prices);
  return missingCostEntries > 0 ? undefined : totalCost;
}

export function addTotals(a: UsageTotals, b: UsageTotals): UsageTotals {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    totalTokens: a.totalTokens + b.totalTokens,
    totalCost: a.totalCost + b.totalCost,
    inputCost: a.inputCost + b.inputCost,
    outputCost: a.outputCost + b.outputCost,
    cacheReadCost: a.cacheReadCost + b.cacheReadCost,
    cacheWriteCost: a.cacheWriteCost + b.cacheWriteCost,
    missingCostEntries: a.missingCostEntries + b.missingCostEntries,
  };
}

export function sumTotals(all: Iterable<UsageTotals>): UsageTotals {
  let sum = NO_USAGE;
  for (const totals of all) sum = addTotals(sum, totals);
  return sum;
}

/** Tokens of all kinds; differs from `totalTokens` where a provider counts in its own way. */
export function allTokens({ input, output, cacheRead, cacheWrite }: TokenCounts): number {
  return input + output + cacheRead + cacheWrite;
}

function refOf({ provider, model }: ModelSums): ModelRef {
  return { provider, model };
}
