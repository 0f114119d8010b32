import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { goldenRunners } from './golden.ts';

interface Table {
  readonly fixture?: unknown;
  readonly baseConfig?: unknown;
  readonly rule: string;
  readonly cases: readonly { readonly id: string; readonly in: unknown; readonly out: unknown }[];
}

async function load(name: string): Promise<Table> {
  return JSON.parse(await readFile(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));
}

for (const [name, run] of Object.entries(goldenRunners)) {
  const table = await load(name);
  describe(`golden table ${name}`, () => {
    it.each(table.cases)('$id', async (entry) => {
      expect(JSON.parse(JSON.stringify(await run(entry.in, table)))).toEqual(entry.out);
    });
  });
}
