import { type SqlBool, sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Occurrences of scheduled jobs. A due time of a job exists once; the partial index holds what a start has to look at. */
export const occurrences: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('occurrences')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('job_id', 'text', (column) => column.notNull())
      .addColumn('due_at', 'integer', (column) => column.notNull())
      .addColumn('state', 'text', (column) =>
        column.notNull().check(sql`state in ('planned', 'running', 'ran', 'delivering', 'finished')`),
      )
      .addColumn('job', 'text', (column) => column.notNull())
      .addColumn('generation', 'text', (column) => column.notNull())
      .addColumn('started_at', 'integer')
      .addColumn('ended_at', 'integer')
      .addColumn('result', 'text'),
    schema.createIndex('occurrences_due').on('occurrences').columns(['job_id', 'due_at']).unique(),
    schema.createIndex('occurrences_open').on('occurrences').column('due_at').where(sql<SqlBool>`state <> 'finished'`),
    schema
      .createIndex('occurrences_ended')
      .on('occurrences')
      .column('ended_at')
      .where(sql<SqlBool>`ended_at is not null`),
  ],
};
