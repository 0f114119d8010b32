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
  readonly outcome: Promise<RunOutcome>;
  settle(outcome: RunOutcome): void;
}

export function createTurnRun(request: AgentRequest, acceptedAt: number): TurnRun {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<RunOutcome>();
  let reason: AbortReason | undefined;
  return {
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
    outcome: promise,
    settle: resolve,
  };
}

export function runKey(source: AgentRequest['source'], runId: string): string {
  return `${source}:${runId}`;
}
