import type { RunOutcome } from '../runtime.ts';
import { compactIfFull, remindOfStart, shorten } from './compact-turn.ts';
import { endTurn } from './end-turn.ts';
import type { ModelContext } from './model-context.ts';
import { contextFor, prepareTurn } from './prepare-turn.ts';
import { runTools } from './run-tools.ts';
import { storeSteered } from './steer-turn.ts';
import { storeBroken, streamStep } from './stream-step.ts';
import { agentTimeoutMs, NO_TIMEOUT_MS } from './time-limit.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';
import { advance, INITIAL_TURN, type TurnEvent, type TurnState } from './turn-machine.ts';
import type { TurnRun } from './turn-run.ts';

/** Rounds of tool calls a turn may take. */
const STEPS_PER_TURN = 200;

/** Takes a turn from its place in the lane to its stored outcome. Does what the machine's state says until it ends. */
export async function driveTurn(deps: TurnDeps, turn: Turn): Promise<RunOutcome> {
  const move = (state: TurnState, event: TurnEvent): TurnState =>
    advance(state, event, { candidates: Math.max(1, turn.candidates.length), steps: STEPS_PER_TURN });
  const cancelTimeout = startTimeout(deps, turn.run);
  try {
    let state = move(INITIAL_TURN, { type: 'laneFree' });
    while (state.ending === undefined) state = move(state, await nextEvent(deps, turn, state));
    const outcome = await endTurn(deps, turn, state.ending);
    move(state, { type: 'outcomeStored' });
    await remindOfStart(deps, turn).catch((error: unknown) =>
      deps.logger.warn('a session could not be reminded of its start', { runId: turn.run.request.runId, error }),
    );
    return outcome;
  } finally {
    cancelTimeout();
  }
}

/** Never throws: a fault of our own ends the turn with its words. */
async function nextEvent(deps: TurnDeps, turn: Turn, state: TurnState): Promise<TurnEvent> {
  try {
    const reason = turn.run.abortReason();
    return reason === undefined ? await act(deps, turn, state) : { type: 'aborted', reason };
  } catch (error) {
    const reason = turn.run.abortReason();
    if (reason !== undefined) return { type: 'aborted', reason };
    deps.logger.error('a turn failed', { runId: turn.run.request.runId, phase: state.phase, error });
    return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function act(deps: TurnDeps, turn: Turn, state: TurnState): Promise<TurnEvent> {
  switch (state.phase) {
    case 'preparing':
      return prepareTurn(deps, turn);
    case 'streaming':
      if (isFirstRetry(turn, state)) delete turn.brokenMessage;
      await storeBroken(deps, turn);
      await storeSteered(deps, turn);
      return askModel(deps, turn, await candidateContext(deps, turn, state));
    case 'compacting':
      await storeBroken(deps, turn);
      await shorten(deps, turn, await candidateContext(deps, turn, state), state.overflows);
      return { type: 'compacted' };
    case 'waitingToRetry':
      await pause(deps, turn, state.retryDelayMs ?? 0);
      return { type: 'retryDue' };
    case 'runningTools':
      await runTools(deps, turn, await candidateContext(deps, turn, state));
      if (turn.stuck !== undefined) return { type: 'failed', message: turn.stuck };
      return { type: 'toolsFinished', delegated: turn.delegated.length > 0 };
    default:
      throw new Error(`nothing to do for a turn in state ${state.phase}`);
  }
}

/** A provider that asked for patience once, before a word, leaves no trace in the history (reference traces failover/profile-rotation-429). */
function isFirstRetry({ brokenMessage }: Turn, { retries }: TurnState): boolean {
  return retries === 1 && brokenMessage?.content.length === 0;
}

/** A history that has grown too long is summarised before it is sent. */
async function askModel(deps: TurnDeps, turn: Turn, context: ModelContext): Promise<TurnEvent> {
  await compactIfFull(deps, turn, context);
  const reason = turn.run.abortReason();
  return reason === undefined ? streamStep(deps, turn, context) : { type: 'aborted', reason };
}

async function candidateContext(deps: TurnDeps, turn: Turn, state: TurnState) {
  const model = turn.candidates[state.candidate];
  if (model === undefined) throw new Error('a turn has no model left to ask');
  return contextFor(deps, turn, model);
}

/** Ends early when the run is stopped. */
async function pause(deps: TurnDeps, turn: Turn, delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = deps.clock.after(delayMs, resolve);
  turn.run.signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  cancel();
}

/** The wall time of a turn: the request's own limit, else the configured one; 0 means none (reference agent/sessions.md §8). */
export function startTimeout(deps: TurnDeps, run: TurnRun): () => void {
  const limit = agentTimeoutMs({
    overrideMs: run.request.timeoutMs,
    configuredSeconds: deps.config.current().agents?.defaults?.timeoutSeconds,
  });
  return limit >= NO_TIMEOUT_MS ? () => {} : deps.clock.after(limit, () => run.abort('timeout'));
}
