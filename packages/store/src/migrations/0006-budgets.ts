import type { Migration } from './migration.ts';

/** What was spent and what is reserved, by scope, and the reservations of calls that are under way. Money in millionths of a dollar. */
export const budgets: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('budget_spend')
      .addColumn('scope', 'text', (column) => column.primaryKey())
      .addColumn('micros', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('tokens', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('reserved_micros', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('reserved_tokens', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('updated_at', 'integer', (column) => column.notNull()),
    schema.createIndex('budget_spend_age').on('budget_spend').column('updated_at'),
    schema
      .createTable('budget_reservations')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('micros', 'integer', (column) => column.notNull())
      .addColumn('tokens', 'integer', (column) => column.notNull())
      .addColumn('generation', 'text', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull()),
  ],
};
