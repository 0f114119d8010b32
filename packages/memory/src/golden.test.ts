import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { goldenRunners } from './golden.ts';

interface Table {
  readonly rule: string;
  readonly cases: readonly { readonly id: string; readonly in: unknown; readonly out: unknown }[];
}

const table: Table = JSON.parse(readFileSync(new URL('../golden/memory-index.json', import.meta.url), 'utf8'));

describe(table.rule, () => {
  test.each(table.cases.map((row) => [row.id, row] as const))('%s', (_id, row) => {
    expect(goldenRunners['memory-index']?.(row.in)).toEqual(row.out);
  });
});
