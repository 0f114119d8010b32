import type { Migration } from './migration.ts';

/** The audit log: entries in a chain of hashes, and from where to where the chain reaches. */
export const audit: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('audit')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull()),
    schema
      .createTable('audit_extent')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('base_seq', 'integer', (column) => column.notNull())
      .addColumn('base_hash', 'text', (column) => column.notNull())
      .addColumn('head_seq', 'integer', (column) => column.notNull())
      .addColumn('head_hash', 'text', (column) => column.notNull()),
  ],
};
