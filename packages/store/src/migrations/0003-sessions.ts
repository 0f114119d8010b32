import type { Migration } from './migration.ts';

/**
 * Session entries with the columns that lists ask for. The index by time carries what a list filters on, so that
 * counting and searching never read the entries themselves.
 */
export const sessions: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('sessions')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('key', 'text', (column) => column.notNull().unique())
      .addColumn('agent_id', 'text', (column) => column.notNull())
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'integer', (column) => column.notNull())
      .addColumn('label', 'text')
      .addColumn('spawned_by', 'text')
      .addColumn('search', 'text', (column) => column.notNull())
      .addColumn('entry', 'text', (column) => column.notNull())
      .addColumn('file', 'text', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull()),
    schema.createIndex('sessions_newest').on('sessions').columns(['updated_at desc', 'key', 'search']),
    schema.createIndex('sessions_agent').on('sessions').columns(['agent_id', 'updated_at desc', 'key']),
    schema.createIndex('sessions_session_id').on('sessions').column('session_id'),
    schema.createIndex('sessions_label').on('sessions').column('label').where('label', 'is not', null),
    schema.createIndex('sessions_spawned_by').on('sessions').column('spawned_by').where('spawned_by', 'is not', null),
    schema.createIndex('sessions_file').on('sessions').columns(['file', 'revision']),

    schema
      .createTable('session_tombstones')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('file', 'text', (column) => column.notNull())
      .addColumn('deleted_at', 'integer', (column) => column.notNull()),
    schema
      .createTable('session_files')
      .addColumn('file', 'text', (column) => column.primaryKey())
      .addColumn('size', 'integer', (column) => column.notNull())
      .addColumn('mtime_ms', 'real', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull()),
  ],
};
