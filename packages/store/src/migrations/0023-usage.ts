import type { Migration } from './migration.ts';

/**
 * What models were asked for, summed a transcript and a UTC day, and a UTC day over all transcripts, so that reports
 * read a few rows and never a transcript again.
 */
export const usage: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('usage_progress')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('entry_seq', 'integer', (column) => column.notNull()),
    schema
      .createTable('usage_transcripts')
      .addColumn('session_id', 'text', (column) => column.primaryKey())
      .addColumn('agent_id', 'text', (column) => column.notNull())
      .addColumn('file', 'text')
      .addColumn('size', 'integer', (column) => column.notNull())
      .addColumn('mtime_ms', 'real', (column) => column.notNull())
      .addColumn('last_user_at', 'integer')
      .addColumn('last_at', 'integer', (column) => column.notNull()),
    schema.createIndex('usage_transcripts_last').on('usage_transcripts').column('last_at desc'),
    schema
      .createTable('usage_days')
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('day', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('usage_days_key', ['session_id', 'day']),
    schema
      .createTable('usage_totals')
      .addColumn('day', 'text', (column) => column.primaryKey())
      .addColumn('body', 'text', (column) => column.notNull()),
  ],
};
