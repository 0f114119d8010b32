/**
 * The sub-agents that sessions of this process started: who asked, how they stand, and how the requester hears of their
 * end. The only writer of these records; bounded, finished ones are dropped oldest first.
 */
import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '@chela/observability';
import type { AgentCaller, CalledOutcome, CalledTurn } from '../rooms/agent-caller.ts';
import { agentOfKey } from './session-keys.ts';

const RUNS_LIMIT = 500;

type SubagentStatus = 'running' | 'done' | 'failed' | 'timeout' | 'killed';

export interface SubagentRun {
  readonly runId: string;
  readonly sessionKey: string;
  readonly requesterKey: string;
  readonly label: string;
  readonly task: string;
  readonly model: string | undefined;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly status: SubagentStatus;
}

export interface SubagentRegistry {
  start(
    turn: CalledTurn,
    facts: { readonly requesterKey: string; readonly label: string; readonly task: string },
  ): Promise<SubagentRun>;
  /** A requester's runs, newest first. */
  of(requesterKey: string): readonly SubagentRun[];
  kill(run: SubagentRun): Promise<boolean>;
  /** Ends a run and gives its session a new message instead. */
  steer(run: SubagentRun, message: string): Promise<SubagentRun>;
}

interface Entry {
  run: SubagentRun;
  /** Whether the requester still wants to hear of the end. */
  announce: boolean;
}

const ENDINGS: Readonly<Record<CalledOutcome['status'], SubagentStatus>> = {
  ok: 'done',
  error: 'failed',
  timeout: 'timeout',
  aborted: 'killed',
};

function announcement(run: SubagentRun, sessionId: string | undefined, outcome: CalledOutcome): string {
  const how = {
    ok: 'completed successfully',
    timeout: 'timed out',
    error: `failed: ${outcome.error ?? 'unknown error'}`,
    aborted: 'finished with unknown status',
  }[outcome.status];
  const seconds = Math.max(0, Math.round(((run.endedAt ?? run.startedAt) - run.startedAt) / 1000));
  return [
    `[System Message] [sessionId: ${sessionId ?? 'unknown'}] A subagent task "${run.label}" just ${how}.`,
    '',
    'Result:',
    outcome.reply.trim() || '(no output)',
    '',
    `Stats: runtime ${seconds}s • sessionKey ${run.sessionKey}`,
    '',
    'Tell the person about it in your own words if it matters to them; otherwise reply with NO_REPLY.',
  ].join('\n');
}

export function createSubagentRegistry(deps: {
  readonly agents: AgentCaller;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly background: (task: (signal: AbortSignal) => Promise<void>) => void;
}): SubagentRegistry {
  const { agents, clock } = deps;
  const entries = new Map<string, Entry>();

  function remember(entry: Entry): void {
    entries.set(entry.run.runId, entry);
    if (entries.size <= RUNS_LIMIT) return;
    const oldest = entries.values().find(({ run }) => run.status !== 'running');
    if (oldest) entries.delete(oldest.run.runId);
  }

  async function follow(
    entry: Entry,
    sessionId: string | undefined,
    outcome: Promise<CalledOutcome>,
    signal: AbortSignal,
  ) {
    const ended = await outcome;
    const status = entry.run.status === 'killed' ? 'killed' : ENDINGS[ended.status];
    entry.run = { ...entry.run, status, endedAt: clock.now() };
    if (!entry.announce || signal.aborted) return;
    await agents.start({
      runId: randomUUID(),
      agentId: agentOfKey(entry.run.requesterKey) ?? 'main',
      sessionKey: entry.run.requesterKey,
      text: announcement(entry.run, sessionId, ended),
    });
  }

  const start: SubagentRegistry['start'] = async (turn, facts) => {
    const { sessionId, outcome } = await agents.start(turn);
    const entry: Entry = {
      announce: true,
      run: {
        runId: turn.runId,
        sessionKey: turn.sessionKey,
        requesterKey: facts.requesterKey,
        label: facts.label,
        task: facts.task,
        model: turn.model,
        startedAt: clock.now(),
        endedAt: undefined,
        status: 'running',
      },
    };
    remember(entry);
    deps.background((signal) => follow(entry, sessionId, outcome, signal));
    return entry.run;
  };

  async function end(run: SubagentRun): Promise<boolean> {
    const entry = entries.get(run.runId);
    if (entry === undefined || entry.run.status !== 'running') return false;
    entry.announce = false;
    entry.run = { ...entry.run, status: 'killed' };
    return agents.abort(run.sessionKey, run.runId);
  }

  return {
    start,
    of: (requesterKey) =>
      [...entries.values()]
        .map(({ run }) => run)
        .filter((run) => run.requesterKey === requesterKey)
        .toSorted((a, b) => b.startedAt - a.startedAt),
    kill: end,
    async steer(run, message) {
      await end(run);
      entries.delete(run.runId);
      const agentId = agentOfKey(run.sessionKey) ?? 'main';
      const turn: CalledTurn = {
        runId: randomUUID(),
        agentId,
        sessionKey: run.sessionKey,
        text: message,
        ...(run.model !== undefined && { model: run.model }),
      };
      return start(turn, run);
    },
  };
}
