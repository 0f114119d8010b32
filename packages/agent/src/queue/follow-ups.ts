import { randomUUID } from 'node:crypto';
import type { ConfigService } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { AbsorbedMessage, Store } from '@chela/store';
import type { AgentRequest, RunEvent, RunOutcome } from '../runtime.ts';
import { eventHead } from '../turn/run-events.ts';
import type { SteeredMessage, TurnRun } from '../turn/turn-run.ts';
import { batchRequest } from './batch-request.ts';
import { arrive, type Batch, dueAt, nextBatch, putBack, type QueuedMessage, type QueueState } from './queue-machine.ts';
import { type QueueSettings, queueSettings } from './queue-settings.ts';
import { queuedOutcome } from './queued-outcome.ts';
import { routeOf } from './route.ts';

/**
 * The queues of all sessions and their timers. A waiting message is its inbox row in state `received`; it becomes
 * `answered` in the transaction that makes the row of the run it is part of, or that puts it into a running turn, and
 * `declined` when it is dropped. After a crash the rows that still wait are run in their order, as any others.
 */

/** Pause before a batch that could not be written is tried again. */
const RETRY_DELAY_MS = 1_000;

interface Waiting extends QueuedMessage {
  readonly request: AgentRequest;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

interface SessionQueue {
  state: QueueState<Waiting> | undefined;
  /** Arrivals that are being placed; they are taken one after the other. */
  arriving: Promise<unknown> | undefined;
  /** Whether a batch is being made into a run. */
  starting: boolean;
  cancelTimer: () => void;
}

export interface FollowUps {
  /** Whether messages of the session wait or are about to. */
  waits(sessionKey: string): boolean;
  /**
   * Places a message that was accepted while a run is active: into that run, or behind it. Returns the outcome for its
   * sender; `interrupt` when the message must run now and what is active end.
   */
  take(run: TurnRun, active: () => TurnRun | undefined): Promise<RunOutcome | 'interrupt'>;
  /** Looks whether the next batch may run; to be called when a run of the session has ended. */
  wake(sessionKey: string): void;
  /** Messages that were steered into a run but came too late for it; they go to the head of the queue. */
  returned(sessionKey: string, messages: readonly SteeredMessage[]): void;
  /** Drops what waits in a session and `steered` with it; resolves when every message has its outcome. */
  clear(sessionKey: string, steered: readonly SteeredMessage[], reason: string): Promise<void>;
  /** Stops the timers; what waits is left for the next process. */
  close(): void;
}

export interface FollowUpDeps {
  readonly config: ConfigService;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: (event: RunEvent) => void;
  /** Whether a run of the session is active or waits for its lane. */
  readonly isBusy: (sessionKey: string) => boolean;
  /** Gives an accepted message its place in the lanes. */
  readonly launch: (request: AgentRequest, receivedAt: number) => void;
}

export function createFollowUps(deps: FollowUpDeps): FollowUps {
  const { clock, store } = deps;
  const queues = new Map<string, SessionQueue>();
  let closed = false;

  const queueOf = (sessionKey: string): SessionQueue => {
    const queue = queues.get(sessionKey) ?? {
      state: undefined,
      arriving: undefined,
      starting: false,
      cancelTimer: () => {},
    };
    queues.set(sessionKey, queue);
    return queue;
  };

  const forgetIfEmpty = (sessionKey: string, queue: SessionQueue): void => {
    const isEmpty = queue.state === undefined || queue.state.items.length === 0;
    if (isEmpty && queue.arriving === undefined && !queue.starting) queues.delete(sessionKey);
  };

  const settingsFor = async (request: AgentRequest): Promise<QueueSettings> => {
    const session = (await store.sessions.get(request.sessionKey))?.entry;
    return queueSettings({
      ...(session === undefined ? {} : { session }),
      messages: deps.config.current().messages,
      channel: request.channel ?? 'webchat',
    });
  };

  const place = async (
    run: TurnRun,
    queue: SessionQueue,
    active: () => TurnRun | undefined,
  ): Promise<RunOutcome | 'interrupt'> => {
    const { request, acceptedAt } = run;
    const settings = await settingsFor(request);
    if (settings.mode === 'interrupt') return 'interrupt';
    const outcome = queuedOutcome(acceptedAt, clock.now());
    const isQueuedToo = settings.mode === 'steer-backlog';
    const isSteering = isQueuedToo || settings.mode === 'steer';
    const running = active();
    // An answer has one address: what came from elsewhere waits for a run of its own.
    const isSameRoute = running !== undefined && routeOf(running.request) === routeOf(request);
    const isSteered = isSteering && isSameRoute && running.steer({ request, receivedAt: acceptedAt, isQueuedToo });
    if (!isSteered || isQueuedToo) await enqueue(queue, waitingOf(request, acceptedAt), settings);
    deps.emit(endedEvent(request, outcome, clock.now()));
    return outcome;
  };

  const enqueue = async (queue: SessionQueue, message: Waiting, settings: QueueSettings): Promise<void> => {
    const arrival = arrive(queue.state, message, settings, clock.now());
    queue.state = arrival.state;
    if (arrival.kind === 'queued') return decline(arrival.dropped, 'dropped: the queue was full');
    const reason = arrival.reason === 'full' ? 'refused: the queue was full' : 'refused: it was queued already';
    return decline([message], reason);
  };

  const decline = async (messages: readonly Waiting[], reason: string): Promise<void> => {
    for (const { request, receivedAt } of messages) {
      await store.ledger.endTurn({
        runId: request.runId,
        source: request.source,
        sessionId: undefined,
        state: 'declined',
        reason,
        entries: [],
        response: queuedOutcome(receivedAt, clock.now()),
      });
    }
  };

  const wake = (sessionKey: string): void => {
    const queue = queues.get(sessionKey);
    if (queue === undefined || closed || queue.starting || deps.isBusy(sessionKey)) return;
    queue.cancelTimer();
    const due = queue.state === undefined ? undefined : dueAt(queue.state);
    if (queue.state === undefined || due === undefined) return forgetIfEmpty(sessionKey, queue);
    const pauseMs = due - clock.now();
    if (pauseMs > 0) {
      queue.cancelTimer = clock.after(pauseMs, () => wake(sessionKey));
      return;
    }
    const batch = nextBatch(queue.state);
    if (batch !== undefined) void start(sessionKey, queue, queue.state, batch);
  };

  /** Never throws: what cannot be written now waits and is tried again. */
  const start = async (
    sessionKey: string,
    queue: SessionQueue,
    before: QueueState<Waiting>,
    batch: Batch<Waiting>,
  ): Promise<void> => {
    queue.starting = true;
    queue.state = batch.state;
    try {
      const [head] = batch.messages;
      if (head === undefined) return;
      const next = batchRequest(randomUUID(), head.request, batch);
      const { runId, source, agentId } = next;
      await store.ledger.supersede({
        absorbed: batch.messages.map((message) => absorbedBy(runId, message, clock.now())),
        next: { runId, source, agentId, sessionKey, body: next },
      });
      deps.launch(next, head.receivedAt);
    } catch (error) {
      deps.logger.error('queued messages could not be started; they are tried again', { sessionKey, error });
      queue.state = putBack(queue.state, batch.messages, before.settings, clock.now() + RETRY_DELAY_MS);
    } finally {
      queue.starting = false;
    }
    wake(sessionKey);
    forgetIfEmpty(sessionKey, queue);
  };

  return {
    waits: (sessionKey) => queues.has(sessionKey),
    async take(run, active) {
      const { sessionKey } = run.request;
      const queue = queueOf(sessionKey);
      const earlier = queue.arriving;
      const { promise, resolve } = Promise.withResolvers<void>();
      queue.arriving = promise;
      await earlier;
      try {
        return await place(run, queue, active);
      } finally {
        resolve();
        if (queue.arriving === promise) queue.arriving = undefined;
        wake(sessionKey);
        forgetIfEmpty(sessionKey, queue);
      }
    },
    wake,
    returned(sessionKey, messages) {
      const waiting = onlySteered(messages);
      if (waiting.length === 0) return;
      const queue = queueOf(sessionKey);
      const settings = queue.state?.settings ?? queueSettings({ messages: deps.config.current().messages });
      queue.state = putBack(queue.state, waiting, settings, clock.now());
    },
    async clear(sessionKey, steered, reason) {
      const queue = queues.get(sessionKey);
      await queue?.arriving;
      const items = queue?.state?.items ?? [];
      if (queue !== undefined) {
        queue.state = undefined;
        queue.cancelTimer();
        forgetIfEmpty(sessionKey, queue);
      }
      await decline([...onlySteered(steered), ...items], reason);
    },
    close() {
      closed = true;
      for (const queue of queues.values()) queue.cancelTimer();
      queues.clear();
    },
  };
}

function waitingOf(request: AgentRequest, receivedAt: number): Waiting {
  const { runId, images, origin, inbound } = request;
  const route = routeOf(request);
  const isSingle = images.length > 0 || (inbound?.media.length ?? 0) > 0;
  return {
    id: runId,
    text: request.text,
    request,
    receivedAt,
    ...(route === undefined ? {} : { route }),
    ...(origin === undefined ? {} : { messageId: origin.messageId }),
    ...(isSingle ? { single: true } : {}),
  };
}

/** Messages that wait nowhere else. */
function onlySteered(messages: readonly SteeredMessage[]): readonly Waiting[] {
  return messages.flatMap(({ request, receivedAt, isQueuedToo }) =>
    isQueuedToo ? [] : [waitingOf(request, receivedAt)],
  );
}

function absorbedBy(runId: string, { request, receivedAt }: Waiting, now: number): AbsorbedMessage {
  const response = queuedOutcome(receivedAt, now);
  return { runId: request.runId, source: request.source, reason: `answered by run ${runId}`, response };
}

function endedEvent(request: AgentRequest, outcome: RunOutcome, at: number): RunEvent {
  return { ...eventHead(request, at), type: 'ended', outcome };
}
