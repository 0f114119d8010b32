import { type SqlBool, sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Inbox, tool calls and outbox. The partial indexes hold open rows only, so that recovery and depths stay cheap. */
export const ledger: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('inbox')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('agent_id', 'text', (column) => column.notNull())
      .addColumn('session_key', 'text', (column) => column.notNull())
      .addColumn('session_id', 'text')
      .addColumn('state', 'text', (column) =>
        column.notNull().check(sql`state in ('received', 'running', 'answered', 'declined', 'failed')`),
      )
      .addColumn('reason', 'text')
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('response', 'text')
      .addColumn('received_at', 'integer', (column) => column.notNull())
      .addColumn('ended_at', 'integer')
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('generation', 'text', (column) => column.notNull())
      .addUniqueConstraint('inbox_run', ['run_id', 'source']),
    schema
      .createIndex('inbox_open')
      .on('inbox')
      .columns(['state', 'generation'])
      .where(sql<SqlBool>`state in ('received', 'running')`),
    schema.createIndex('inbox_ended').on('inbox').column('ended_at').where(sql<SqlBool>`ended_at is not null`),

    schema
      .createTable('tool_calls')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('inbox_seq', 'integer', (column) => column.notNull().references('inbox.seq').onDelete('cascade'))
      .addColumn('tool_call_id', 'text', (column) => column.notNull())
      .addColumn('tool', 'text', (column) => column.notNull())
      .addColumn('arguments', 'text', (column) => column.notNull())
      .addColumn('side_effects', 'text', (column) => column.notNull().check(sql`side_effects in ('none', 'possible')`))
      .addColumn('state', 'text', (column) =>
        column.notNull().check(sql`state in ('planned', 'running', 'done', 'failed', 'interrupted')`),
      ),
    schema.createIndex('tool_calls_turn').on('tool_calls').columns(['inbox_seq', 'tool_call_id']),

    schema
      .createTable('outbox')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('inbox_seq', 'integer', (column) => column.notNull().references('inbox.seq').onDelete('cascade'))
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('session_key', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull().check(sql`state in ('pending', 'published')`))
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('published_at', 'integer'),
    schema.createIndex('outbox_pending').on('outbox').column('id').where(sql<SqlBool>`state = 'pending'`),
    schema.createIndex('outbox_turn').on('outbox').column('inbox_seq'),
  ],
};
