import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BudgetRepository } from '../budgets.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { createBudgets } from './create-budgets.ts';

const DAY = 'day:2026-03-01';
const RUN = 'run:r1';

async function books(file = ':memory:'): Promise<{ database: Database; open(generation: string): BudgetRepository }> {
  const database = openDatabase(file);
  await migrate(database, MIGRATIONS, () => 0);
  return { database, open: (generation) => createBudgets({ database, generation, now: () => 1 }) };
}

const limit = (scope: string, micros: number) => ({ scope, micros, tokens: undefined });
const cost = (micros: number) => ({ micros, tokens: micros });

test('a call that finds a limit reached is refused and reserves nowhere', async () => {
  const { database, open } = await books();
  const budgets = open('g1');
  await budgets.reserve({ id: 'a', limits: [limit(RUN, 1000), limit(DAY, 100)], amount: cost(80) });
  await budgets.settle('a', cost(100));
  const { refused } = await budgets.reserve({ id: 'b', limits: [limit(RUN, 1000), limit(DAY, 100)], amount: cost(1) });
  expect(refused).toEqual({ scope: DAY, spent: cost(100), reserved: cost(0) });
  expect(await budgets.spend([RUN])).toEqual([{ scope: RUN, spent: cost(100), reserved: cost(0) }]);
  database.close();
});

test('a reservation is settled or released once', async () => {
  const { database, open } = await books();
  const budgets = open('g1');
  await budgets.reserve({ id: 'a', limits: [limit(DAY, 100)], amount: cost(80) });
  expect(await budgets.release('a')).toBe(true);
  expect(await budgets.settle('a', cost(50))).toBe(false);
  expect(await budgets.spend([DAY])).toEqual([{ scope: DAY, spent: cost(0), reserved: cost(0) }]);
  database.close();
});

test('what a killed process had reserved is free again, what it had spent stays spent', async () => {
  const { database, open } = await books();
  const before = open('g1');
  await before.reserve({ id: 'a', limits: [limit(DAY, 100)], amount: cost(30) });
  await before.settle('a', cost(40));
  await before.reserve({ id: 'b', limits: [limit(DAY, 100)], amount: cost(60) });
  const after = open('g2');
  expect((await after.reserve({ id: 'c', limits: [limit(DAY, 100)], amount: cost(1) })).refused).toBeDefined();
  expect(await after.recover()).toBe(1);
  expect(await after.spend([DAY])).toEqual([{ scope: DAY, spent: cost(40), reserved: cost(0) }]);
  expect((await after.reserve({ id: 'd', limits: [limit(DAY, 100)], amount: cost(1) })).refused).toBeUndefined();
  expect(await after.recover()).toBe(0);
  database.close();
});

test('however calls interleave and crash, no scope spends more than its limit and one reserve', async () => {
  const step = fc.record({
    call: fc.integer({ min: 0, max: 5 }),
    what: fc.constantFrom('reserve', 'settle', 'release', 'crash'),
    amount: fc.integer({ min: 1, max: 40 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 120 }), async (steps, most) => {
      const { database, open } = await books();
      let generation = 1;
      let budgets = open('g1');
      const reserved = new Map<string, number>();
      let largest = 0;
      for (const [index, { call, what, amount, share }] of steps.entries()) {
        const chosen = [...reserved.keys()][call];
        if (what === 'reserve') {
          const id = `c${index}`;
          const limits = [limit(DAY, most), limit(RUN, most * 10)];
          const { refused } = await budgets.reserve({ id, limits, amount: cost(amount) });
          if (refused !== undefined) continue;
          reserved.set(id, amount);
          largest = Math.max(largest, amount);
        } else if (what === 'crash') {
          generation += 1;
          budgets = open(`g${generation}`);
          await budgets.recover();
          reserved.clear();
        } else if (chosen !== undefined) {
          const mine = reserved.get(chosen) ?? 0;
          reserved.delete(chosen);
          if (what === 'settle') await budgets.settle(chosen, cost(Math.floor(mine * share)));
          else await budgets.release(chosen);
        }
        const [day] = await budgets.spend([DAY]);
        expect(day?.spent.micros ?? 0).toBeLessThanOrEqual(most + largest);
        expect(day?.reserved.micros).toBe([...reserved.values()].reduce((sum, one) => sum + one, 0));
        expect((day?.spent.micros ?? 0) + (day?.reserved.micros ?? 0)).toBeLessThan(most + largest);
      }
      database.close();
    }),
    { numRuns: 60 },
  );
});
