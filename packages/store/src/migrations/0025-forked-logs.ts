import type { Migration } from './migration.ts';

/** A log that began as a copy of another names that one's file in its header, as the original does. */
export const forkedLogs: Migration = {
  statements: ({ schema }) => [schema.alterTable('logs').addColumn('parent_file', 'text')],
};
