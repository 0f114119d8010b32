import { randomBytes } from 'node:crypto';
import { numeric, type Row, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { KeptToolResult, ToolResultRepository } from '../tool-results.ts';

/** Results are kept this long. */
const RETENTION_MS = 7 * 24 * 60 * 60 * 1000;
/** Characters of all results together; the oldest go first. */
const TOTAL_MAX_CHARS = 64_000_000;
/** Characters of one result; what is longer loses its end. */
const RESULT_MAX_CHARS = 4_000_000;
const HANDLE_BYTES = 6;

/** Kept tool results in the database: single writer of `tool_results` rows. Every method is one transaction. */
export function createToolResults(deps: {
  readonly database: Database;
  readonly now: () => number;
}): ToolResultRepository {
  const { database, now } = deps;
  const insert = database.statement<{
    handle: string;
    sessionKey: string;
    tool: string;
    body: string;
    chars: number;
    at: number;
  }>((query, slot) =>
    query.insertInto('tool_results').values({
      handle: slot('handle'),
      session_key: slot('sessionKey'),
      tool: slot('tool'),
      body: slot('body'),
      chars: slot('chars'),
      created_at: slot('at'),
    }),
  );
  const find = database.statement<{ handle: string }>((query, slot) =>
    query.selectFrom('tool_results').selectAll().where('handle', '=', slot('handle')),
  );
  const newest = database.statement<{ sessionKey: string }>((query, slot) =>
    query
      .selectFrom('tool_results')
      .selectAll()
      .where('session_key', '=', slot('sessionKey'))
      .orderBy('seq', 'desc')
      .limit(1),
  );
  const sizes = database.statement<Record<string, never>>((query) =>
    query.selectFrom('tool_results').select(['seq', 'chars', 'created_at']).orderBy('seq', 'desc'),
  );
  const removeUpTo = database.statement<{ seq: number }>((query, slot) =>
    query.deleteFrom('tool_results').where('seq', '<=', slot('seq')),
  );

  /** The newest row that has to go so that the others fit; undefined when all may stay. */
  const overflow = (oldest: number): number | undefined => {
    let total = 0;
    for (const row of sizes.all({})) {
      total += numeric(row, 'chars');
      if (total > TOTAL_MAX_CHARS || numeric(row, 'created_at') < oldest) return numeric(row, 'seq');
    }
    return undefined;
  };

  const fresh = (row: Row | undefined): KeptToolResult | undefined =>
    row === undefined || numeric(row, 'created_at') < now() - RETENTION_MS ? undefined : kept(row);

  return {
    keep: async ({ sessionKey, tool, text: whole }) =>
      database.transaction(() => {
        const handle = randomBytes(HANDLE_BYTES).toString('hex');
        const body = whole.slice(0, RESULT_MAX_CHARS);
        const at = now();
        insert.run({ handle, sessionKey, tool, body, chars: body.length, at });
        const seq = overflow(at - RETENTION_MS);
        if (seq !== undefined) removeUpTo.run({ seq });
        return handle;
      }),
    find: async (handle) => fresh(find.get({ handle })),
    latest: async (sessionKey) => fresh(newest.get({ sessionKey })),
  };
}

function kept(row: Row): KeptToolResult {
  return {
    sessionKey: text(row, 'session_key'),
    tool: text(row, 'tool'),
    text: text(row, 'body'),
    createdAt: numeric(row, 'created_at'),
  };
}
