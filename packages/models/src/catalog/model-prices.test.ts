import { expect, it } from 'vitest';
import { modelPrices } from './model-prices.ts';

const cost = { input: 1, output: 2, cacheRead: 0.5, cacheWrite: 3 };
const prices = modelPrices({
  models: { providers: { mock: { baseUrl: 'http://127.0.0.1:1', models: [{ id: 'm1', cost }, { id: 'bare' }] } } },
});

it.each([
  ['the configuration', { provider: 'mock', model: 'm1' }, cost],
  [
    'the known list',
    { provider: 'anthropic', model: 'claude-haiku-4-5' },
    { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
  ],
])('finds a price in %s', (_where, ref, found) => {
  expect(prices(ref)).toEqual(found);
});

it.each([
  { provider: 'mock', model: 'bare' },
  { provider: 'mock', model: 'm2' },
  { provider: 'nobody', model: 'm1' },
])('knows no price of %o', (ref) => {
  expect(prices(ref)).toBeUndefined();
});
