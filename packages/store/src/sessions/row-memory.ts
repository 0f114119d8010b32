import type { SessionRow } from '../sessions.ts';

/** Rows a process keeps read; a household has a few hundred, and ten thousand of them take about 20 MB. */
const ROWS_KEPT = 20_000;

/** The rows that lists have read, so that asking again reads nothing that did not change. */
export interface RowMemory {
  /** The row as it was read first; `read` is asked when it is not known or has changed since. */
  row(key: string, read: () => SessionRow | undefined): SessionRow | undefined;
  /** To be called for each row that this connection writes or removes. */
  changed(key: string, agentId: string): void;
  /** Grows whenever a row of the agent changes; without an agent, when any row does. */
  version(agentId?: string): number;
}

/** `foreignVersion` tells that another connection has written; then nothing that was read counts any more. */
export function createRowMemory(foreignVersion: () => number): RowMemory {
  const rows = new Map<string, SessionRow>();
  const versions = new Map<string, number>();
  let version = 0;
  /** The version at which another connection's change was noticed last: it may have changed any agent's rows. */
  let foreignAt = 0;
  let foreign: number | undefined;

  const notice = (): void => {
    const now = foreignVersion();
    if (now === foreign) return;
    foreign = now;
    version += 1;
    foreignAt = version;
    rows.clear();
    versions.clear();
  };

  return {
    row(key, read) {
      const known = rows.get(key);
      if (known !== undefined) return known;
      const row = read();
      if (row !== undefined && rows.size < ROWS_KEPT) rows.set(key, row);
      return row;
    },
    changed(key, agentId) {
      version += 1;
      versions.set(agentId, version);
      const before = rows.get(key);
      // A file of another agent may have claimed the key.
      if (before !== undefined && before.agentId !== agentId) versions.set(before.agentId, version);
      rows.delete(key);
    },
    version(agentId) {
      notice();
      return agentId === undefined ? version : Math.max(foreignAt, versions.get(agentId) ?? 0);
    },
  };
}
