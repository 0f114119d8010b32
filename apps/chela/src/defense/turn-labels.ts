import type { Provenance } from '@chela/defender';

/** What the turns under way have read, by run id (reference defender/defender.md §B.3). */
export interface TurnLabels {
  /** A tool has given its result to the turn. */
  note(runId: string, tool: string): void;
  of(runId: string): { readonly read: readonly Provenance[]; readonly knowsPrivateData: boolean };
}

/** Turns whose labels are kept; the one that was noted to longest ago goes first. */
const KEPT_TURNS = 2_000;

const LABELS: Readonly<Record<string, Provenance>> = {
  web_fetch: 'web',
  web_search: 'web',
  browser: 'web',
  nodes: 'node',
  image: 'file',
};
const PRIVATE: ReadonlySet<string> = new Set([
  'read',
  'memory_search',
  'memory_get',
  'sessions_history',
  'sessions_list',
  'exec',
  'process',
  'gateway',
  'nodes',
]);

export function createTurnLabels(): TurnLabels {
  const turns = new Map<string, { readonly read: Set<Provenance>; isPrivate: boolean }>();
  return {
    note(runId, tool) {
      const turn = turns.get(runId) ?? { read: new Set<Provenance>(), isPrivate: false };
      const label = LABELS[tool];
      if (label !== undefined) turn.read.add(label);
      if (PRIVATE.has(tool)) turn.isPrivate = true;
      turns.delete(runId);
      turns.set(runId, turn);
      const [oldest] = turns.keys();
      if (turns.size > KEPT_TURNS && oldest !== undefined) turns.delete(oldest);
    },
    of(runId) {
      const turn = turns.get(runId);
      return { read: [...(turn?.read ?? [])], knowsPrivateData: turn?.isPrivate ?? false };
    },
  };
}
