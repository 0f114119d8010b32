import type { Migration } from './migration.ts';

/** Results of tools that were too long for a transcript, whole. */
export const toolResults: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('tool_results')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('handle', 'text', (column) => column.notNull().unique())
      .addColumn('session_key', 'text', (column) => column.notNull())
      .addColumn('tool', 'text', (column) => column.notNull())
      .addColumn('chars', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      // Last, so that looking at the sizes reads no text.
      .addColumn('body', 'text', (column) => column.notNull()),
  ],
};
