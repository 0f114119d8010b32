import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import { jsonFiles } from '../json-files.ts';

const Compare = Type.Optional(Type.Literal('facts'));

/** A table of cases made by running the original (reference agent/golden). */
const TableSchema = Type.Object({
  rule: Type.String(),
  fixture: Type.Optional(Type.Unknown()),
  compare: Compare,
  cases: Type.Array(Type.Object({ id: Type.String(), in: Type.Unknown(), out: Type.Unknown(), compare: Compare })),
});
export type GoldenTable = Static<typeof TableSchema>;
export type GoldenCase = GoldenTable['cases'][number];

export interface TableFile {
  /** File name without `.json`; runners go by it. */
  readonly name: string;
  readonly file: string;
  readonly table: GoldenTable;
}

/** The golden tables in files and folders; JSON files of another shape are left out. */
export async function loadTables(inputs: readonly string[]): Promise<readonly TableFile[]> {
  const loaded = await Promise.all((await jsonFiles(inputs)).map(loadTable));
  return loaded.filter((entry) => entry !== undefined);
}

async function loadTable(file: string): Promise<TableFile | undefined> {
  const table: unknown = JSON.parse(await readFile(file, 'utf8'));
  return Check(TableSchema, table) ? { name: basename(file, '.json'), file, table } : undefined;
}
