import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { goldenRunners } from './golden.ts';

interface Table {
  readonly rule: string;
  readonly cases: readonly { readonly id: string; readonly in: unknown; readonly out: unknown }[];
}

const folder = new URL('../golden/', import.meta.url);

for (const file of readdirSync(folder)) {
  const name = file.replace(/\.json$/, '');
  const table: Table = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  describe(`${name}: ${table.rule}`, () => {
    const run = goldenRunners[name];
    test.each(table.cases.map((row) => [row.id, row] as const))('%s', async (_id, row) => {
      expect(run).toBeDefined();
      expect(await run?.(row.in)).toEqual(row.out);
    });
  });
}
