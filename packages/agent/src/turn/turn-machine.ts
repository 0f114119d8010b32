import type { ModelFailure } from '@chela/models';

/**
 * The states of a turn and every way between them. Pure: the driver does what the state says and reports what
 * happened. An event that has no place in a state is a mistake of the driver and throws.
 *
 *   queued ─▶ preparing ─▶ streaming ⇄ runningTools
 *                 │            ⇅            │
 *                 │       waitingToRetry    │
 *                 │       compacting        │
 *                 ▼            ▼            ▼
 *                 └────────▶ ending ◀───────┘ ─▶ ended
 */
type TurnPhase =
  | 'queued'
  | 'preparing'
  | 'streaming'
  | 'waitingToRetry'
  | 'compacting'
  | 'runningTools'
  | 'ending'
  | 'ended';

export type AbortReason = 'rpc' | 'stop' | 'timeout' | 'restart';

/** How a turn is going to end, once it is `ending`. */
export type TurnEnding =
  | { readonly kind: 'answered' }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** Set when there was no run to speak of: the kind of the error its caller gets. */
      readonly thrown?: ThrownKind;
      /** Set when every one of several models failed: why each was given up, in the order of the candidates. */
      readonly givenUp?: readonly GivenUp[];
    }
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'aborted'; readonly reason: AbortReason };

/** The names that callers know for a run which never began and for one no model could take. */
export type ThrownKind = 'Error' | 'FailoverError';

export type GivenUp = Pick<ModelFailure, 'message' | 'reason'>;

export interface TurnState {
  readonly phase: TurnPhase;
  /** Index of the model in use: 0 is the selected one, the rest are fallbacks. */
  readonly candidate: number;
  /** Failed calls of the current candidate since its last success. */
  readonly retries: number;
  /** Requests that were too long for the current candidate. */
  readonly overflows: number;
  /** Assistant messages with tool calls so far. */
  readonly steps: number;
  /** The words of the first failure of this model step; what a person reads when every candidate fails. */
  readonly firstFailure?: string;
  /** The candidates of this model step that were given up. */
  readonly givenUp: readonly GivenUp[];
  /** Set while waiting to retry. */
  readonly retryDelayMs?: number;
  readonly ending?: TurnEnding;
}

export type TurnEvent =
  | { readonly type: 'laneFree' }
  | { readonly type: 'prepared'; readonly next: 'model' | 'tools' }
  /** `goesOn`: a message arrived meanwhile, so an answer without calls is not the last one. */
  | { readonly type: 'stepFinished'; readonly toolCalls: number; readonly goesOn?: boolean }
  | { readonly type: 'modelFailed'; readonly failure: ModelFailure }
  | { readonly type: 'retryDue' }
  | { readonly type: 'compacted' }
  /** `delegated`: the caller of the run has to answer a call, so the turn has nothing more to do. */
  | { readonly type: 'toolsFinished'; readonly delegated?: boolean }
  | { readonly type: 'aborted'; readonly reason: AbortReason }
  | { readonly type: 'declined'; readonly reason: string }
  | { readonly type: 'failed'; readonly message: string; readonly thrown?: ThrownKind }
  | { readonly type: 'outcomeStored' };

export interface TurnLimits {
  /** Models that may be tried, the selected one included. */
  readonly candidates: number;
  readonly steps: number;
}

export const INITIAL_TURN: TurnState = {
  phase: 'queued',
  candidate: 0,
  retries: 0,
  overflows: 0,
  steps: 0,
  givenUp: [],
};

/** Pauses before the same model is asked again (reference agent/models.md §7.7 retries once after 2.5 s; the engine doubles from 2 s). */
const RETRY_DELAYS_MS = [2_000, 4_000, 8_000] as const;
/** With a fallback at hand one more try is enough. */
const RETRIES_BEFORE_FALLBACK = 1;
/** A provider that asks for a longer pause is treated as gone for this turn. */
const RETRY_AFTER_MAX_MS = 30_000;

/**
 * How often a request may be made shorter: three compactions (reference agent/sessions.md §14.1), then twice without a
 * model.
 */
export const OVERFLOWS_MAX = 5;

const TRANSIENT: ReadonlySet<ModelFailure['reason']> = new Set(['rate_limit', 'timeout']);
const FAILS_OVER: ReadonlySet<ModelFailure['reason']> = new Set(['rate_limit', 'timeout', 'auth', 'billing']);

/** The next state of a turn. */
export function advance(state: TurnState, event: TurnEvent, limits: TurnLimits): TurnState {
  if (state.phase === 'ended') throw illegal(state, event);
  if (state.phase === 'ending') {
    if (event.type === 'outcomeStored') return { ...state, phase: 'ended' };
    throw illegal(state, event);
  }
  switch (event.type) {
    case 'aborted':
      return end(state, { kind: 'aborted', reason: event.reason });
    case 'failed':
      return end(state, {
        kind: 'failed',
        message: event.message,
        ...(event.thrown === undefined ? {} : { thrown: event.thrown }),
      });
    case 'declined':
      return end(state, { kind: 'declined', reason: event.reason });
    default:
      return advancePhase(state, event, limits);
  }
}

function advancePhase(state: TurnState, event: TurnEvent, limits: TurnLimits): TurnState {
  const move = `${state.phase}:${event.type}`;
  if (move === 'queued:laneFree') return { ...state, phase: 'preparing' };
  if (move === 'waitingToRetry:retryDue') return { ...withoutDelay(state), phase: 'streaming' };
  if (move === 'compacting:compacted') return { ...state, phase: 'streaming' };
  if (event.type === 'toolsFinished' && state.phase === 'runningTools') {
    return event.delegated === true ? end(state, { kind: 'answered' }) : { ...state, phase: 'streaming' };
  }
  if (event.type === 'prepared' && state.phase === 'preparing') {
    return { ...state, phase: event.next === 'tools' ? 'runningTools' : 'streaming' };
  }
  if (event.type === 'stepFinished' && state.phase === 'streaming') return afterStep(state, event, limits);
  if (event.type === 'modelFailed' && state.phase === 'streaming') return afterFailure(state, event.failure, limits);
  throw illegal(state, event);
}

function afterStep(
  state: TurnState,
  { toolCalls, goesOn = false }: Extract<TurnEvent, { type: 'stepFinished' }>,
  limits: TurnLimits,
): TurnState {
  if (toolCalls === 0 && !goesOn) return end(state, { kind: 'answered' });
  const steps = state.steps + 1;
  const { firstFailure: _recovered, ...rest } = state;
  const next: TurnState = { ...rest, steps, retries: 0, givenUp: [] };
  if (steps > limits.steps) return end(next, { kind: 'failed', message: stepLimitMessage(limits.steps) });
  return { ...next, phase: toolCalls === 0 ? 'streaming' : 'runningTools' };
}

/**
 * What a failed model call leads to (reference agent/models.md §6, §7): the same model again, the next one, or the
 * end. Once part of an answer was seen nothing is tried again, because the person would read two answers.
 */
function afterFailure(state: TurnState, failure: ModelFailure, limits: TurnLimits): TurnState {
  const firstFailure = state.firstFailure ?? failure.message;
  const failed: TurnState = { ...state, firstFailure };
  if (failure.reason === 'context_overflow' && !failure.partial && state.overflows < OVERFLOWS_MAX) {
    return { ...failed, phase: 'compacting', overflows: state.overflows + 1 };
  }
  if (failure.partial || !FAILS_OVER.has(failure.reason))
    return end(failed, { kind: 'failed', message: failure.message });
  const hasFallback = state.candidate + 1 < limits.candidates;
  const delay = retryDelay(failure, state.retries, hasFallback);
  if (delay !== undefined) {
    return { ...failed, phase: 'waitingToRetry', retries: state.retries + 1, retryDelayMs: delay };
  }
  const givenUp = [...state.givenUp, { message: failure.message, reason: failure.reason }];
  if (hasFallback) return { ...failed, candidate: state.candidate + 1, retries: 0, givenUp };
  return end(failed, { kind: 'failed', message: firstFailure, ...(givenUp.length > 1 ? { givenUp } : {}) });
}

function retryDelay(failure: ModelFailure, retries: number, hasFallback: boolean): number | undefined {
  if (!TRANSIENT.has(failure.reason)) return undefined;
  if (hasFallback && retries >= RETRIES_BEFORE_FALLBACK) return undefined;
  const planned = RETRY_DELAYS_MS[retries];
  if (planned === undefined) return undefined;
  const asked = failure.retryAfterMs ?? 0;
  return asked > RETRY_AFTER_MAX_MS ? undefined : Math.max(planned, asked);
}

function stepLimitMessage(steps: number): string {
  return `The turn was stopped after ${steps} rounds of tool calls without an answer.`;
}

function end(state: TurnState, ending: TurnEnding): TurnState {
  return { ...withoutDelay(state), phase: 'ending', ending };
}

function withoutDelay(state: TurnState): TurnState {
  const { retryDelayMs: _done, ...rest } = state;
  return rest;
}

function illegal(state: TurnState, event: TurnEvent): Error {
  return new Error(`a turn in state ${state.phase} cannot take ${event.type}`);
}
