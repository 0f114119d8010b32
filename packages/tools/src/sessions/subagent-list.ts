import type { SubagentRun } from './subagent-registry.ts';

/** How people and models see and name the sub-agents of a session (reference agent/tools.md §6). Pure. */

const LABEL_CHARS = 72;

export interface SubagentLists {
  readonly active: readonly SubagentRun[];
  readonly recent: readonly SubagentRun[];
}

/** Running ones, and those that ended within `minutes`; both newest first. */
export function subagentLists(runs: readonly SubagentRun[], minutes: number, now: number): SubagentLists {
  const since = now - minutes * 60_000;
  return {
    active: runs.filter(({ status }) => status === 'running'),
    recent: runs.filter((run) => run.status !== 'running' && (run.endedAt ?? run.startedAt) >= since),
  };
}

/** The run a target means: its number in the list, `last`, a label or its beginning, a run id's beginning, or a session key. */
export function findSubagent({ active, recent }: SubagentLists, target: string): SubagentRun | undefined {
  const runs = [...active, ...recent];
  if (target === 'last') return runs.toSorted((a, b) => b.startedAt - a.startedAt)[0];
  if (/^#?\d+$/.test(target)) return runs[Number(target.replace('#', '')) - 1];
  const plain = target.toLowerCase();
  const byLabel = runs.find((run) => run.label.toLowerCase() === plain);
  if (byLabel !== undefined) return byLabel;
  if (target.includes(':')) return runs.find((run) => run.sessionKey === target);
  const byPrefix = runs.filter((run) => run.label.toLowerCase().startsWith(plain));
  return byPrefix.length === 1 ? byPrefix[0] : runs.find((run) => run.runId.startsWith(target));
}

/** One line of a list; `index` counts from 1 over both lists. */
export function subagentLine(run: SubagentRun, index: number, now: number): string {
  const model = run.model?.split('/').at(-1) ?? 'default model';
  return `${index}. ${shortLabel(run.label)} (${model}, ${runtimeWords((run.endedAt ?? now) - run.startedAt)}) ${run.status}`;
}

export function runtimeWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes}m`;
  return `${Math.floor(minutes / 60)}h${minutes % 60 === 0 ? '' : `${minutes % 60}m`}`;
}

export function shortLabel(label: string): string {
  const line = label.replace(/\s+/g, ' ').trim();
  return line.length > LABEL_CHARS ? `${line.slice(0, LABEL_CHARS - 1)}…` : line;
}
