import type { ConfigService } from '@chela/config';
import { type HookBell, silentBell } from '@chela/hooks';
import type { MediaUnderstanding, ModelService } from '@chela/models';
import type { Clock, Logger, Metrics } from '@chela/observability';
import type { Store, UnfinishedTurn } from '@chela/store';
import type { ToolService } from '@chela/tools';
import type { CommandRooms } from './commands/command-rooms.ts';
import { needsLane } from './commands/read-command.ts';
import { readReset } from './commands/reset-trigger.ts';
import { createRunDriver } from './drive-run.ts';
import { firstOf } from './first-of.ts';
import { noteInConversation } from './hooks/hook-note.ts';
import { ringStop, tellReceived } from './hooks/session-hooks.ts';
import { LaneFullError, laneFullMessage } from './lanes/lane-full-error.ts';
import { maxConcurrent } from './lanes/lane-limits.ts';
import { createLanes } from './lanes/lanes.ts';
import { isConversation } from './messages/conversation.ts';
import { createLocalTime } from './messages/local-time.ts';
import { createOutcomeCache } from './outcome-cache.ts';
import { createFurnisher } from './prompt/furnish-workspace.ts';
import { createToolSizes } from './prompt/prompt-report.ts';
import { createBootstrapReader } from './prompt/read-bootstrap-files.ts';
import { createFollowUps } from './queue/follow-ups.ts';
import { giveUp, publishPending, resumable } from './recover.ts';
import { isRunOutcome } from './request-body.ts';
import type { AgentRequest, AgentRuntime, RunEvent, RunOutcome, SubmitResult } from './runtime.ts';
import type { SystemEvents } from './system-events/system-events.ts';
import type { SpeechRoom } from './turn/speak-answer.ts';
import type { ResumedTurn } from './turn/turn.ts';
import type { Deliver, HostFacts, Tell, TurnDeps, TurnSkills } from './turn/turn-deps.ts';
import type { AbortReason } from './turn/turn-machine.ts';
import { createTurnRun, runKey, type TurnRun } from './turn/turn-run.ts';

export interface AgentRuntimeDeps {
  readonly config: ConfigService;
  readonly store: Store;
  readonly models: ModelService;
  readonly media?: MediaUnderstanding;
  readonly tools: ToolService;
  /** Absent: there are no skills. */
  readonly skills?: TurnSkills;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly host: HostFacts;
  /** Services of other parts that commands use. */
  readonly rooms?: CommandRooms;
  /** Absent: answers are not spoken. */
  readonly speech?: SpeechRoom;
  /** Absent: no hooks. */
  readonly hooks?: HookBell;
  readonly systemEvents: SystemEvents;
  /**
   * Writes the answer of a channel's message, and the news of a heartbeat, into the outbox of the channels. Awaited before the answer counts as
   * published, also at recovery; a repetition for the same run must write nothing. Absent: there are no channels.
   */
  readonly deliver?: Deliver;
  /** Writes a word of the gateway itself into the same outbox; a repetition of its key writes nothing. */
  readonly tell?: Tell;
}

const MAX_WAITING_PER_SESSION = 500;
const MAX_WAITING = 5_000;
const KEPT_OUTCOMES = 200;
const SLOW_LANE_MS = 2_000;
const SOURCES: readonly AgentRequest['source'][] = ['agent', 'chat.send', 'channel'];

/** What the runtime knows of a run until it has ended. */
interface Pending {
  readonly run: TurnRun;
  resumed: ResumedTurn | undefined;
  /** Resolves to false when the message turned out to be a repetition and must not run. */
  readonly accepted: Promise<boolean>;
  readonly queuedAt: number;
  /** Set while the run holds its lane; resolves when it has left it. */
  left: Promise<void> | undefined;
}

/**
 * Makes the runtime: the only place where messages become turns. It owns the lanes and the runs in this process; the
 * ledger owns every message.
 */
export function createAgentRuntime(deps: AgentRuntimeDeps): AgentRuntime {
  const { store, clock, metrics } = deps;
  const logger = deps.logger;
  const listeners = new Set<(event: RunEvent) => void>();
  const pending = new Map<string, Pending>();
  const outcomes = createOutcomeCache(KEPT_OUTCOMES);
  const lanes = createLanes({
    maxConcurrent: (lane) => maxConcurrent(deps.config.current(), lane),
    maxWaitingPerSession: MAX_WAITING_PER_SESSION,
    maxWaiting: MAX_WAITING,
  });
  let closing = false;

  const emit = (event: RunEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        logger.error('a listener of run events failed', { error });
      }
    }
  };
  const turnDeps: TurnDeps = {
    ...deps,
    rooms: deps.rooms ?? {},
    hooks: deps.hooks ?? silentBell,
    bootstrap: createBootstrapReader({ clock }),
    toolSizes: createToolSizes(),
    time: createLocalTime(deps.config, deps.host),
    furnish: createFurnisher(deps),
    emit,
  };

  const followUps = createFollowUps({
    ...deps,
    emit,
    isBusy: (sessionKey) => lanes.holder(sessionKey) !== undefined,
    launch: (request, receivedAt) => launch(createTurnRun(request, receivedAt), undefined),
  });

  const driver = createRunDriver({
    turnDeps,
    waiting: () => lanes.waiting(),
    submit: (request) => submit(request),
    stopOthers: ({ id, request }) => stopRuns(request.sessionKey, id),
  });

  const pump = (): void => {
    while (!closing) {
      const id = lanes.take();
      if (id === undefined) break;
      const entry = pending.get(id);
      if (entry === undefined) lanes.release(id);
      else entry.left = occupyLane(id, entry);
    }
    metrics.gauge('chela_lane_depth', lanes.waiting(), { lane: 'main' });
  };

  const occupyLane = async (id: string, entry: Pending): Promise<void> => {
    const waitedMs = clock.now() - entry.queuedAt;
    if (waitedMs >= SLOW_LANE_MS)
      logger.info('a run waited for its lane', { runId: entry.run.request.runId, waitedMs });
    await finish(id, entry);
    const { sessionKey } = entry.run.request;
    followUps.returned(sessionKey, entry.run.closeSteering());
    lanes.release(id);
    followUps.wake(sessionKey);
    pump();
  };

  /** Takes a run to its outcome. Never throws. */
  const finish = async (id: string, entry: Pending): Promise<void> => {
    try {
      if (await entry.accepted) settle(id, entry, await driver.drive(entry.run, entry.resumed));
    } catch (error) {
      logger.error('a run ended without an outcome', { runId: entry.run.request.runId, error });
    } finally {
      pending.delete(id);
    }
  };

  /** Ends the other runs of a session and what waits in it; returns how many runs. */
  const stopRuns = async (sessionKey: string, except: string): Promise<number> => {
    const others = [...pending].filter(([id, { run }]) => id !== except && run.request.sessionKey === sessionKey);
    const steered = others.flatMap(([, { run }]) => run.closeSteering());
    for (const [id, entry] of others) stop(id, entry, 'stop');
    await followUps.clear(sessionKey, steered, 'aborted: stop-command');
    return others.length;
  };

  const settle = (id: string, entry: Pending, outcome: RunOutcome): void => {
    outcomes.put(id, outcome);
    entry.run.settle(outcome);
    metrics.count('chela_turns_total', { outcome: outcome.kind });
    metrics.observe('chela_turn_seconds', (clock.now() - entry.run.acceptedAt) / 1000, { outcome: outcome.kind });
  };

  const add = (run: TurnRun, accepted: Promise<boolean>, resumed: ResumedTurn | undefined): Pending => {
    const entry: Pending = { run, accepted, resumed, queuedAt: clock.now(), left: undefined };
    pending.set(run.id, entry);
    return entry;
  };

  /** An accepted run takes its place in the lanes; limits do not apply. */
  const launch = (run: TurnRun, resumed: ResumedTurn | undefined): void => {
    add(run, Promise.resolve(true), resumed);
    lanes.readmit(run.id, run.request.sessionKey);
    pump();
  };

  const activeRun = (sessionKey: string): TurnRun | undefined => {
    const run = pending.get(lanes.holder(sessionKey) ?? '')?.run;
    return run?.startedAt === undefined ? undefined : run;
  };

  /** Chat messages that arrive while a run of their session is active wait in its queue; a reset starts a session of its own. */
  const isFollowUp = (request: AgentRequest): boolean =>
    isConversation(request) &&
    (followUps.waits(request.sessionKey) || activeRun(request.sessionKey) !== undefined) &&
    readReset(request, deps.config.current()) === undefined;

  /** Never throws: a message that cannot be queued takes its place in the lane instead. */
  const queueUp = async (id: string, entry: Pending): Promise<void> => {
    const { run } = entry;
    const { sessionKey } = run.request;
    try {
      if (!(await entry.accepted)) {
        pending.delete(id);
        return;
      }
      const taken = await followUps.take(run, () => activeRun(sessionKey));
      if (taken !== 'interrupt') {
        outcomes.put(id, taken);
        pending.delete(id);
        run.settle(taken);
        return;
      }
      for (const [otherId, other] of [...pending]) {
        if (otherId !== id && other.run.request.sessionKey === sessionKey) stop(otherId, other, 'rpc');
      }
    } catch (error) {
      logger.error('a message could not be queued', { runId: run.request.runId, error });
    }
    entry.left = undefined;
    lanes.readmit(id, sessionKey);
    pump();
  };

  const submit = async (request: AgentRequest): Promise<SubmitResult> => {
    if (closing) throw new Error('the gateway is shutting down');
    const id = runKey(request.source, request.runId);
    const known = pending.get(id);
    if (known !== undefined) {
      return (await known.accepted) ? { status: 'inFlight', acceptedAt: known.run.acceptedAt } : submit(request);
    }
    const kept = outcomes.get(id);
    if (kept !== undefined) return { status: 'ended', outcome: kept };
    // The place in line is taken before anything is awaited, so messages run in the order they were submitted.
    const command = driver.commandOf(request);
    const isCommand = command !== undefined && !needsLane(command);
    const isQueued = command === undefined && isFollowUp(request);
    const admission = isCommand || isQueued ? 'admitted' : lanes.admit(id, request.sessionKey);
    if (admission !== 'admitted') {
      const limit = admission === 'sessionFull' ? MAX_WAITING_PER_SESSION : MAX_WAITING;
      throw new LaneFullError(laneFullMessage(admission, limit));
    }
    const run = createTurnRun(request, clock.now());
    const accepting = store.ledger.accept({
      runId: request.runId,
      source: request.source,
      agentId: request.agentId,
      sessionKey: request.sessionKey,
      body: request,
    });
    const entry = add(
      run,
      accepting.then(
        ({ created }) => created,
        () => false,
      ),
      undefined,
    );
    if (isCommand) entry.left = finish(id, entry);
    else if (isQueued) entry.left = queueUp(id, entry);
    else pump();
    try {
      const { created, row } = await accepting;
      if (created) tellReceived(turnDeps, request);
      if (created) return { status: 'started', acceptedAt: run.acceptedAt, outcome: run.outcome };
      return isRunOutcome(row.response)
        ? { status: 'ended', outcome: row.response }
        : { status: 'inFlight', acceptedAt: row.receivedAt };
    } finally {
      dropIfRefused(id);
    }
  };

  /** A message that was not accepted gives its place in line back, when it is still waiting for it. */
  const dropIfRefused = (id: string): void => {
    const entry = pending.get(id);
    void entry?.accepted.then((accepted) => {
      if (accepted || !lanes.withdraw(id)) return;
      pending.delete(id);
      pump();
    });
  };

  const resume = (left: UnfinishedTurn, request: AgentRequest): void => {
    const run = createTurnRun(request, left.inbox.receivedAt);
    if (pending.has(run.id)) return;
    const wasStarted = left.inbox.state === 'running' && left.sessionId !== undefined;
    const resumed = wasStarted ? { sessionId: left.sessionId ?? '', toolCalls: left.toolCalls } : undefined;
    launch(run, resumed);
  };

  /** A run that still waits for its lane ends at once; a running one ends as soon as its driver notices. */
  const stop = (id: string, entry: Pending, reason: AbortReason): void => {
    entry.run.abort(reason);
    if (entry.left !== undefined || !lanes.withdraw(id)) return;
    entry.left = finish(id, entry);
  };

  return {
    submit,
    async abort({ sessionKey, runId, origin }) {
      const stopped = [...pending].filter(
        ([, { run }]) =>
          (run.request.sessionKey === sessionKey || run.request.requestedSessionKey === sessionKey) &&
          (runId === undefined || run.request.runId === runId) &&
          run.abortReason() === undefined,
      );
      const steered = stopped.flatMap(([, { run }]) => run.closeSteering());
      for (const [id, entry] of stopped) stop(id, entry, origin === 'rpc' ? 'rpc' : 'stop');
      if (runId === undefined) await followUps.clear(sessionKey, steered, `aborted: ${origin}`);
      else followUps.returned(sessionKey, steered);
      if (origin === 'stop-command') {
        const said = await ringStop(turnDeps, sessionKey, { channel: 'webchat' });
        await noteInConversation(turnDeps, sessionKey, said);
      }
      return { runIds: stopped.map(([, { run }]) => run.request.runId) };
    },
    async wait(runId, timeoutMs) {
      const ids = SOURCES.map((source) => runKey(source, runId));
      const running = ids.map((id) => pending.get(id)).find((entry) => entry !== undefined);
      if (running !== undefined) return firstOf(clock, running.run.outcome, timeoutMs);
      const kept = ids.map((id) => outcomes.get(id)).find((outcome) => outcome !== undefined);
      if (kept !== undefined) return kept;
      const rows = await Promise.all(SOURCES.map((source) => store.ledger.find(source, runId)));
      const stored = rows.map((row) => row?.response).find(isRunOutcome);
      if (stored !== undefined) return stored;
      return firstOf(clock, new Promise<undefined>(() => undefined), timeoutMs);
    },
    active: () =>
      [...pending.values()].map(({ run }) => ({
        runId: run.request.runId,
        sessionKey: run.request.sessionKey,
        startedAt: run.startedAt,
      })),
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async recover() {
      const published = await publishPending(turnDeps);
      let resumed = 0;
      let ended = 0;
      for (const left of await store.ledger.unfinished()) {
        const request = resumable(left);
        if (request === undefined) {
          await giveUp(turnDeps, left);
          ended += 1;
          continue;
        }
        resume(left, request);
        resumed += 1;
      }
      pump();
      if (resumed + ended + published > 0) logger.info('unfinished work was taken up', { resumed, ended, published });
      return { resumed, ended, published };
    },
    async close(drainMs) {
      closing = true;
      followUps.close();
      const running = [...pending.values()].flatMap(({ left }) => left ?? []);
      await firstOf(clock, Promise.all(running), drainMs);
      for (const [id, entry] of [...pending]) stop(id, entry, 'restart');
      await Promise.all([...pending.values()].map(({ left }) => left));
      listeners.clear();
    },
  };
}
