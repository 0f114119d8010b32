import type { SessionQuery, SessionRow } from '../sessions.ts';

/** Answers kept; a household of a few hundred agents asks for one list an agent. */
const LISTS_KEPT = 1_000;

export interface SessionList {
  readonly total: number;
  readonly rows: readonly SessionRow[];
}

/** The lists that were asked for, as long as no session that they may name changes. */
export interface ListMemory {
  /** The same answer object as last time, or what `read` finds now. */
  list(query: SessionQuery, read: (query: SessionQuery) => Promise<SessionList>): Promise<SessionList>;
}

/** `version` grows with every change of an agent's sessions, or without an agent of any. */
export function createListMemory(version: (agentId?: string) => number): ListMemory {
  const kept = new Map<string, { readonly version: number; readonly list: SessionList }>();
  return {
    async list(query, read) {
      const before = version(query.agentId);
      const name = nameOf(query);
      const known = name === undefined ? undefined : kept.get(name);
      if (known?.version === before) return known.list;
      const list = await read(query);
      // What changed while a long list was being read may stand in it or not.
      if (name === undefined || version(query.agentId) !== before) return list;
      if (kept.size >= LISTS_KEPT) kept.clear();
      kept.set(name, { version: before, list });
      return list;
    },
  };
}

/** Undefined for questions that hardly come twice. */
function nameOf({ search, updatedSince, ...query }: SessionQuery): string | undefined {
  if (search || updatedSince !== undefined) return undefined;
  const { agentId, label, spawnedBy, includeGlobal, includeUnknown, limit } = query;
  return JSON.stringify([agentId, label, spawnedBy, includeGlobal === true, includeUnknown === true, limit]);
}
