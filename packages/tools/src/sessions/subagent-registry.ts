import { randomUUID } from 'node:crypto';
import type { Config } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { SubagentEnding, SubagentRepository, SubagentRow } from '@chela/store';
import { isRecord } from '../call/arguments.ts';
import type { AgentCaller, CalledOutcome, CalledTurn, CallerPlace } from '../rooms/agent-caller.ts';
import type { SessionRoom } from '../rooms/sessions.ts';
import { readCalledTurn } from './called-turn.ts';
import { agentOfKey } from './session-keys.ts';
import { announcedRun, announcement, announceRunId } from './subagent-announcement.ts';

/**
 * The sub-agents that sessions started: who asked, how they stand, and how the requester hears of their end. A run is a
 * row before its turn is submitted, its result is a row before anybody is told, and the message that tells it has the
 * same run id however often it is sent, so a requester hears of each end exactly once, across restarts too.
 */

/** Runs of a requester that are looked at. */
const LISTED_MAX = 200;
/** Rows a start takes up. */
const UNSETTLED_MAX = 10_000;
const ARCHIVED_AT_ONCE = 50;
const ARCHIVE_DEFAULT_MINUTES = 60;
const ARCHIVE_ROUND_MS = 60_000;
/** Pauses before a requester that could not be told is tried again; after the last the next start does (reference agent/sessions.md §12.4). */
const ANNOUNCE_RETRIES_MS = [1_000, 2_000, 4_000, 8_000] as const;

export interface SubagentRun {
  readonly runId: string;
  readonly sessionKey: string;
  readonly requesterKey: string;
  readonly label: string;
  readonly task: string;
  readonly model: string | undefined;
  readonly cleanup: 'keep' | 'delete';
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly status: 'running' | SubagentEnding;
}

export interface SubagentRegistry {
  start(
    turn: CalledTurn,
    facts: {
      readonly requesterKey: string;
      readonly label: string;
      readonly task: string;
      readonly cleanup?: 'keep' | 'delete';
    },
  ): Promise<SubagentRun>;
  /** A requester's runs, newest first. */
  of(requesterKey: string): Promise<readonly SubagentRun[]>;
  /** Ends a run and those it started; its requester is not told. False when it had ended. */
  kill(run: SubagentRun): Promise<boolean>;
  /** Ends every run a session asked for, theirs included; returns how many. */
  killAll(requesterKey: string): Promise<number>;
  /** Ends a run and gives its session a new message instead. */
  steer(run: SubagentRun, message: string): Promise<SubagentRun>;
  /** Where the answer of a run goes that tells of a sub-agent's end; undefined for other runs and without a channel. */
  toldAt(runId: string): Promise<CallerPlace | undefined>;
  /** Gives the session of a run a message of its own; what runs goes on. */
  send(run: SubagentRun, message: string): Promise<void>;
  /** Takes up what an earlier process left; to be called once, when turns are running again. */
  resume(): Promise<number>;
  close(): void;
}

const ENDINGS: Readonly<Record<Exclude<CalledOutcome['status'], 'interrupted'>, SubagentEnding>> = {
  ok: 'done',
  error: 'failed',
  timeout: 'timeout',
  aborted: 'killed',
};

export function createSubagentRegistry(deps: {
  readonly config: () => Config;
  readonly agents: AgentCaller;
  readonly rows: SubagentRepository;
  readonly sessions: SessionRoom | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly background: (task: (signal: AbortSignal) => Promise<void>) => void;
}): SubagentRegistry {
  const { agents, rows, clock, logger } = deps;
  let closed = false;

  /** Waits for a run's end; what ends because the process does is left for the next one. */
  const follow = (runId: string, outcome: Promise<CalledOutcome>): void => {
    deps.background(async () => {
      const ended = await outcome;
      if (ended.status === 'interrupted') return;
      const { reply, error } = ended;
      await rows.end(runId, { status: ENDINGS[ended.status], reply, ...(error !== undefined && { error }) });
      await tell(runId);
    });
  };

  /** Tells the requester of an ended run, once its own sub-agents have nothing left to tell. */
  const tell = async (runId: string, attempt = 0): Promise<void> => {
    const row = await rows.find(runId);
    if (row === undefined || row.state !== 'ended' || closed) return;
    const children = await rows.ofRequester(row.sessionKey, LISTED_MAX);
    if (children.some(({ state }) => state !== 'settled')) return;
    try {
      const deliverTo = readCalledTurn(row.turn)?.spawn?.answersTo;
      const { outcome } = await agents.start({
        runId: announceRunId(row),
        agentId: agentOfKey(row.requesterKey) ?? 'main',
        sessionKey: row.requesterKey,
        text: announcement(row, await deps.sessions?.find(row.sessionKey)),
        ...(deliverTo !== undefined && { deliverTo }),
      });
      await rows.settle(runId, archiveAt(row));
      if (row.cleanup === 'delete') await putAwayDue();
      deps.background(async () => passOn(row.requesterKey, await outcome));
    } catch (error) {
      const delayMs = ANNOUNCE_RETRIES_MS[attempt];
      logger.warn('a requester could not be told of its sub-agent', { runId, error, again: delayMs !== undefined });
      if (delayMs !== undefined) {
        clock.after(delayMs, () => deps.background(() => tell(runId, attempt + 1)));
      }
    }
  };

  /** The answer of a sub-agent to the result of its own sub-agent becomes its result, when that waits to be told. */
  const passOn = async (sessionKey: string, outcome: CalledOutcome): Promise<void> => {
    const parent = await rows.ofSession(sessionKey);
    if (parent === undefined || parent.state !== 'ended' || outcome.status === 'interrupted') return;
    if (outcome.reply.trim() !== '') await rows.revise(parent.runId, outcome.reply);
    await tell(parent.runId);
  };

  /** The wish of the one who started it counts; else the configured time. */
  const archiveAt = ({ cleanup }: Pick<SubagentRow, 'cleanup'>): number | undefined => {
    if (cleanup === 'delete') return clock.now();
    const minutes = archiveMinutes(deps.config());
    return minutes === 0 ? undefined : clock.now() + minutes * 60_000;
  };

  const putAwayDue = async (): Promise<void> => {
    for (const { runId, sessionKey } of await rows.due(clock.now(), ARCHIVED_AT_ONCE)) {
      const newest = await rows.ofSession(sessionKey);
      // A steered session lives as long as its newest run.
      if (newest === undefined || newest.runId === runId) await deps.sessions?.remove(sessionKey);
      await rows.archived(runId);
    }
  };
  const round = (): void => {
    deps.background(putAwayDue);
    cancelRound = clock.after(ARCHIVE_ROUND_MS, round);
  };
  let cancelRound = clock.after(ARCHIVE_ROUND_MS, round);

  const launch = async (row: Pick<SubagentRow, 'runId'>, turn: CalledTurn): Promise<void> => {
    try {
      follow(row.runId, (await agents.start(turn)).outcome);
    } catch (error) {
      await rows.settle(row.runId, undefined);
      throw error;
    }
  };

  const start: SubagentRegistry['start'] = async (turn, { requesterKey, label, task, cleanup = 'keep' }) => {
    const { runId, sessionKey, model } = turn;
    const startedAt = clock.now();
    const facts = { runId, sessionKey, requesterKey, label, task, cleanup, startedAt };
    await rows.open({ ...facts, ...(model !== undefined && { model }), turn });
    await launch(facts, turn);
    return { ...facts, model, endedAt: undefined, status: 'running' };
  };

  /** Settled first: whoever waits for the run's end then finds that there is nothing to tell. */
  const end = async (runId: string, sessionKey: string): Promise<boolean> => {
    const wasRunning = await rows.end(runId, { status: 'killed', reply: '' });
    if (!wasRunning) return false;
    await rows.settle(runId, archiveAt({ cleanup: 'keep' }));
    await agents.abort(sessionKey, runId);
    return true;
  };

  const killAll = async (requesterKey: string): Promise<number> => {
    let ended = 0;
    for (const row of await rows.ofRequester(requesterKey, LISTED_MAX)) {
      if (row.state === 'settled') continue;
      if (await end(row.runId, row.sessionKey)) ended += 1;
      ended += await killAll(row.sessionKey);
    }
    return ended;
  };

  const messageTurn = (run: SubagentRun, message: string): CalledTurn => ({
    runId: randomUUID(),
    agentId: agentOfKey(run.sessionKey) ?? 'main',
    sessionKey: run.sessionKey,
    text: message,
    ...(run.model !== undefined && { model: run.model }),
  });

  return {
    start,
    async of(requesterKey) {
      return (await rows.ofRequester(requesterKey, LISTED_MAX)).map(runOf);
    },
    async kill({ runId, sessionKey }) {
      const wasRunning = await end(runId, sessionKey);
      await killAll(sessionKey);
      return wasRunning;
    },
    killAll,
    async steer(run, message) {
      const spawn = readCalledTurn((await rows.find(run.runId))?.turn)?.spawn;
      await end(run.runId, run.sessionKey);
      return start({ ...messageTurn(run, message), ...(spawn !== undefined && { spawn }) }, run);
    },
    async toldAt(runId) {
      const announced = announcedRun(runId);
      const row = announced === undefined ? undefined : await rows.find(announced);
      return row && readCalledTurn(row.turn)?.spawn?.answersTo;
    },
    async send(run, message) {
      await agents.start(messageTurn(run, message));
    },
    async resume() {
      const left = await rows.unsettled(UNSETTLED_MAX);
      for (const row of left) {
        const turn = readCalledTurn(row.turn);
        if (row.state === 'ended') deps.background(() => tell(row.runId));
        else if (turn === undefined) await rows.settle(row.runId, undefined);
        else {
          await launch(row, turn).catch((error: unknown) => {
            logger.error('a sub-agent of an earlier process could not be taken up', { runId: row.runId, error });
          });
        }
      }
      return left.length;
    },
    close() {
      closed = true;
      cancelRound();
    },
  };
}

function runOf(row: SubagentRow): SubagentRun {
  const { runId, sessionKey, requesterKey, label, task, model, cleanup, startedAt, endedAt, result } = row;
  const status = result?.status ?? (row.state === 'settled' ? 'failed' : 'running');
  return { runId, sessionKey, requesterKey, label, task, model, cleanup, startedAt, endedAt, status };
}

/** `agents.defaults.subagents.archiveAfterMinutes`; 0 is never. */
function archiveMinutes(config: Config): number {
  const settings = config.agents?.defaults?.subagents;
  const minutes = isRecord(settings) ? settings.archiveAfterMinutes : undefined;
  return typeof minutes === 'number' && minutes >= 0 ? minutes : ARCHIVE_DEFAULT_MINUTES;
}
