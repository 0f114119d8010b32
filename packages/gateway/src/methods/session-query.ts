import { classifySessionKey } from '@chela/agent';
import type { SessionQuery, SessionRepository, SessionRow } from '@chela/store';

/**
 * Rows of a query without the sessions of single cron runs, which lists hide. The page grows only by as many rows as
 * were hidden, so a limit never turns into reading everything.
 */
export async function visibleSessions(
  sessions: Pick<SessionRepository, 'list'>,
  query: SessionQuery,
): Promise<readonly SessionRow[]> {
  let pageSize = query.limit;
  for (;;) {
    const { rows } = await sessions.list({ ...query, ...(pageSize !== undefined && { limit: pageSize }) });
    const visible = rows.filter(({ key }) => !classifySessionKey(key).cronRun);
    const complete = pageSize === undefined || rows.length < pageSize;
    if (query.limit === undefined || complete || visible.length >= query.limit) return visible.slice(0, query.limit);
    pageSize = rows.length + Math.max(query.limit, rows.length - visible.length);
  }
}
