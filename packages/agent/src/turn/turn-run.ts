import type { AgentRequest, RunOutcome } from '../runtime.ts';
import type { AbortReason } from './turn-machine.ts';

/** One run in this process: the request, who may stop it, and who waits for it. */
export interface TurnRun {
  /** `source:runId`; the ledger keeps requests of different doors apart. */
  readonly id: string;
  readonly request: AgentRequest;
  readonly acceptedAt: number;
  readonly signal: AbortSignal;
  /** Set before the signal fires. */
  abortReason(): AbortReason | undefined;
  /** The first call counts. */
  abort(reason: AbortReason): void;
  startedAt: number | undefined;
  /** Hands a message to the running turn; false when the turn has not begun or takes nothing any more. */
  steer(message: SteeredMessage): boolean;
  /** The messages that wait to be put into the turn, in their order. */
  steered(): readonly SteeredMessage[];
  /** Forgets the first `count` of them: they stand in the transcript now. */
  storedSteered(count: number): void;
  /** From now on `steer` refuses; what still waits is returned. */
  closeSteering(): readonly SteeredMessage[];
  readonly outcome: Promise<RunOutcome>;
  settle(outcome: RunOutcome): void;
}

/** A message that arrived while the turn ran and shall reach the model at its next step (reference agent/sessions.md §7.3). */
export interface SteeredMessage {
  readonly request: AgentRequest;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The message also runs by itself later (mode `steer-backlog`), so this turn does not end it. */
  readonly isQueuedToo: boolean;
}

export function createTurnRun(request: AgentRequest, acceptedAt: number): TurnRun {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<RunOutcome>();
  let reason: AbortReason | undefined;
  let steered: readonly SteeredMessage[] = [];
  let isOpen = true;
  const run: TurnRun = {
    id: runKey(request.source, request.runId),
    request,
    acceptedAt,
    signal: controller.signal,
    abortReason: () => reason,
    abort(next) {
      if (reason !== undefined) return;
      reason = next;
      controller.abort();
    },
    startedAt: undefined,
    steer(message) {
      // What a person writes during a heartbeat waits for its end: its answer must be seen.
      if (request.heartbeat !== undefined) return false;
      if (!isOpen || run.startedAt === undefined || reason !== undefined) return false;
      steered = [...steered, message];
      return true;
    },
    steered: () => steered,
    storedSteered(count) {
      steered = steered.slice(count);
    },
    closeSteering() {
      const left = steered;
      isOpen = false;
      steered = [];
      return left;
    },
    outcome: promise,
    settle: resolve,
  };
  return run;
}

export function runKey(source: AgentRequest['source'], runId: string): string {
  return `${source}:${runId}`;
}
