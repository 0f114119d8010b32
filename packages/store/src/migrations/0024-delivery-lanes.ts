import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * Rows that were written while each topic had a lane of its own wait in the lane of their chat, where rows are looked for
 * now; the name is the one that `laneName` gives.
 */
export const deliveryLanes: Migration = {
  statements: (query) => [
    query
      .updateTable('deliveries')
      .set({ lane: sql`json_array(channel, account_id, target)` })
      .where('thread_id', 'is not', null),
  ],
};
