import { type SqlBool, sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What a session is told of a sending once it is delivered; NULL when it is told nothing, or was told. */
export const deliveryMirror: Migration = {
  statements: ({ schema }) => [
    schema.alterTable('deliveries').addColumn('mirror', 'text'),
    schema.createIndex('deliveries_mirror').on('deliveries').column('id').where(sql<SqlBool>`mirror is not null`),
  ],
};
