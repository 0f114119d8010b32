import type { ModelRef, ResolvedModel } from '../driver.ts';
import { isObject } from '../json-shape.ts';
import { normalizeProvider } from '../refs.ts';
import { readModelSettings } from '../settings.ts';
import { knownProvider } from './known-providers.ts';
import { costOf } from './resolve-model.ts';

type Prices = ResolvedModel['cost'];

/**
 * Looks up what models cost, in US dollars per million tokens: `models.providers.*.models[].cost` of the configuration,
 * else the known list; undefined for a model without a price (reference agent/models.md §12).
 */
export function modelPrices(config: unknown): (ref: ModelRef) => Prices | undefined {
  const { providers } = readModelSettings(config);
  return ({ provider, model }) => {
    const id = normalizeProvider(provider);
    const entry = providers
      .find((candidate) => normalizeProvider(candidate.id) === id)
      ?.models.find((candidate) => candidate.id === model);
    if (isObject(entry?.cost)) return costOf(entry.cost);
    return knownProvider(id)?.models.find((candidate) => candidate.id === model)?.cost;
  };
}
