import { classifySessionKey } from '@chela/agent';
import type { SessionQuery, SessionRepository, SessionRow } from '@chela/store';

/** Rows of a query without the sessions of single cron runs, which lists hide; the same array while nothing changes. */
export type VisibleSessions = (query: SessionQuery) => Promise<readonly SessionRow[]>;

/** The page grows only by as many rows as were hidden, so a limit never turns into reading everything. */
export function createVisibleSessions(sessions: Pick<SessionRepository, 'list'>): VisibleSessions {
  const known = new WeakMap<readonly SessionRow[], readonly SessionRow[]>();
  const visibleOf = (rows: readonly SessionRow[]): readonly SessionRow[] => {
    const visible = known.get(rows) ?? rows.filter(({ key }) => !classifySessionKey(key).cronRun);
    known.set(rows, visible);
    return visible;
  };

  return async (query) => {
    let pageSize = query.limit;
    for (;;) {
      const { rows } = await sessions.list({ ...query, ...(pageSize !== undefined && { limit: pageSize }) });
      const visible = visibleOf(rows);
      const complete = pageSize === undefined || rows.length < pageSize;
      if (query.limit === undefined || complete) return visible;
      if (visible.length >= query.limit) return visible.slice(0, query.limit);
      pageSize = rows.length + Math.max(query.limit, rows.length - visible.length);
    }
  };
}
