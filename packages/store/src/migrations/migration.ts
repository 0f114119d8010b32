import type { Compilable } from 'kysely';
import type { QueryBuilder } from '../database/query-builder.ts';

/** One step of the schema: statements that run in one transaction. A released migration is never edited, only followed by another. */
export interface Migration {
  statements(query: QueryBuilder): readonly Compilable[];
}

/** A migration's recorded name and where its code is; the code is loaded only when it has to run. */
export interface MigrationEntry {
  readonly name: string;
  load(): Promise<Migration>;
}
