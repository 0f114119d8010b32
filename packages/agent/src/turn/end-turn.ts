import { type AssistantMessage, assistantErrorText, promptTokens, ZERO_USAGE } from '@chela/models';
import { ASIDE_TYPE, type Ledger, type NewTranscriptEntry, type SessionEntry } from '@chela/store';
import { heartbeatText, judgedHeartbeat } from '../heartbeat/heartbeat-verdict.ts';
import { isRecord } from '../messages/content-parts.ts';
import { placeOfAnswer } from '../reply/place-of-answer.ts';
import type { AgentRequest, RunEvent, RunOutcome } from '../runtime.ts';
import { withCliSession } from '../sessions/cli-sessions.ts';
import { endedEntry, replacedEntry } from '../sessions/session-entry.ts';
import { withAnsweringProfile } from '../sessions/session-profile.ts';
import { injectedMessage } from './injected-message.ts';
import { outcomeOf } from './outcome.ts';
import { freshOrigin, isRefusedAgain, STARTED_OVER_NOTICE } from './refused-history.ts';
import { eventHead } from './run-events.ts';
import { withSpeech } from './speak-answer.ts';
import { abortedText, messageEntry } from './stream-step.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';
import type { TurnEnding } from './turn-machine.ts';
import { withAsides } from './with-asides.ts';

/** Pauses before an outcome that could not be written is tried again. */
const STORE_RETRY_DELAYS_MS = [50, 250, 1_000] as const;

/** Ends a turn: its last entries, what the session learned, and the outcome for everybody who asked. */
export async function endTurn(deps: TurnDeps, turn: Turn, ending: TurnEnding): Promise<RunOutcome> {
  const endedAt = deps.clock.now();
  const { messages } = deps.config.current();
  const suppressToolErrors = isRecord(messages) && messages.suppressToolErrors === true;
  const startsOver = isRefusedAgain(turn, ending);
  const errorText = startsOver ? () => STARTED_OVER_NOTICE : assistantErrorText;
  const outcomeInput = { turn, ending, endedAt, errorText, suppressToolErrors };
  const reached = judged(turn, outcomeOf(outcomeInput), endedAt);
  const outcome = await withAsides(deps, turn, await withSpeech(deps, turn, reached));
  // A restart is no end: the row stays as it is and the next process goes on from the log.
  if (ending.kind === 'aborted' && ending.reason === 'restart') return outcome;
  await publishOutcome(deps, turn.run.request, outcome, {
    sessionId: turn.session?.sessionId,
    ...stateOf(ending),
    ...entriesOf(turn, ending, outcome, endedAt),
    ...(turn.session === undefined
      ? {}
      : { session: (current) => sessionFacts(deps, turn, { outcome, startsOver }, current) }),
  });
  return outcome;
}

function judged(turn: Turn, outcome: RunOutcome, now: number): RunOutcome {
  const { heartbeat } = turn.run.request;
  if (heartbeat === undefined || outcome.kind !== 'answered') return outcome;
  return judgedHeartbeat(outcome, heartbeat, turn.session?.entry, now);
}

/** A heartbeat without news: nobody hears of it, and the conversation goes on as if it had not been. */
function isUneventful(outcome: RunOutcome): boolean {
  return outcome.kind === 'answered' && outcome.heartbeat !== undefined && outcome.heartbeat !== 'alert';
}

/**
 * Writes an outcome in one transaction, tells the listeners, then marks the reply as published. A crash in between
 * leaves the reply in the outbox, from where it is published at the next start.
 */
export async function publishOutcome(
  deps: TurnDeps,
  request: AgentRequest,
  outcome: RunOutcome,
  end: Pick<EndTurnInput, 'sessionId' | 'state' | 'reason' | 'entries' | 'after' | 'session'>,
): Promise<void> {
  const { runId, source } = request;
  const event: RunEvent = { ...eventHead(request, deps.clock.now()), type: 'ended', outcome };
  const isTold = !isUneventful(outcome) && request.memoryFlush !== true;
  const stored = await storeWithRetries(deps, {
    runId,
    source,
    response: outcome,
    ...(isTold && { publish: event }),
    ...end,
  });
  await mirrored(deps);
  if (!isTold) return;
  deps.emit(event);
  if (stored?.outbox !== undefined && (await delivered(deps, request, outcome))) {
    await markPublished(deps, stored.outbox.id);
  }
}

/** False when an answer for a channel or the news of a heartbeat could not be taken over: it stays in the outbox and goes out at the next start. */
export async function delivered(
  deps: Pick<TurnDeps, 'deliver' | 'clock' | 'logger'>,
  request: AgentRequest,
  outcome: RunOutcome,
): Promise<boolean> {
  const goesOut = placeOfAnswer(request) !== undefined || request.heartbeat !== undefined;
  if (deps.deliver === undefined || !goesOut) return true;
  for (const delayMs of [...STORE_RETRY_DELAYS_MS, undefined]) {
    try {
      await deps.deliver(request, outcome);
      return true;
    } catch (error) {
      deps.logger.error('an answer could not be handed to its channel', { runId: request.runId, error });
      if (delayMs === undefined) return false;
      await new Promise<void>((resume) => deps.clock.after(delayMs, resume));
    }
  }
  return false;
}

/** Whoever hears of the end may look at the mirrored files at once; a mirror that fails must not hold the reply back. */
async function mirrored(deps: Pick<TurnDeps, 'store' | 'logger'>): Promise<void> {
  try {
    await deps.store.mirrored();
  } catch (error) {
    deps.logger.warn('the session files of the original could not be brought up to date', { error });
  }
}

async function markPublished(deps: Pick<TurnDeps, 'store' | 'logger'>, outboxId: number): Promise<void> {
  try {
    await deps.store.ledger.markPublished(outboxId);
  } catch (error) {
    deps.logger.warn('a published reply could not be marked; it is published again at the next start', { error });
  }
}

type EndTurnInput = Parameters<Ledger['endTurn']>[0];

/**
 * Undefined when the store stayed unwritable: the listeners still hear the outcome, and the next start finds the turn
 * unfinished.
 */
async function storeWithRetries(
  deps: TurnDeps,
  input: EndTurnInput,
): Promise<Awaited<ReturnType<Ledger['endTurn']>> | undefined> {
  for (const delayMs of [...STORE_RETRY_DELAYS_MS, undefined]) {
    try {
      return await deps.store.ledger.endTurn(input);
    } catch (error) {
      deps.logger.error('the outcome of a turn could not be stored', { runId: input.runId, error });
      if (delayMs === undefined) return undefined;
      await new Promise<void>((resume) => deps.clock.after(delayMs, resume));
    }
  }
  return undefined;
}

function stateOf(ending: TurnEnding): Pick<EndTurnInput, 'state' | 'reason'> {
  switch (ending.kind) {
    case 'answered':
      return { state: 'answered' };
    case 'failed':
      return { state: 'failed', reason: ending.message };
    case 'declined':
      return { state: 'declined', reason: ending.reason };
    case 'aborted':
      return { state: ending.reason === 'timeout' ? 'failed' : 'declined', reason: `aborted: ${ending.reason}` };
  }
}

type LastEntries = Pick<EndTurnInput, 'entries' | 'after'>;

/** The last entries of the turn. */
function entriesOf(turn: Turn, ending: TurnEnding, outcome: RunOutcome, at: number): LastEntries {
  if (turn.session === undefined) return { entries: [] };
  switch (ending.kind) {
    case 'answered': {
      const entries = turn.finalMessage === undefined ? [] : [messageEntry(turn.finalMessage)];
      return isUneventful(outcome) ? asideEntries(turn, at) : { entries };
    }
    case 'failed':
      return { entries: [messageEntry(turn.brokenMessage ?? unsentMessage(turn, at, 'error', ending.message))] };
    case 'declined':
      return { entries: [] };
    case 'aborted': {
      const broken = turn.brokenMessage ?? unsentMessage(turn, at, 'aborted', abortedText(false));
      return abortedEntries(turn, keptPartial(turn, outcome, at), messageEntry(broken));
    }
  }
}

/**
 * The conversation goes on behind the entry that was its end before the heartbeat; what the heartbeat added stays in the
 * log as a branch of its own, so that it costs later requests nothing.
 */
function asideEntries(turn: Turn, timestamp: number): LastEntries {
  const prompt = turn.log.findLast((entry) => entry.type === 'message' && entry.message.role === 'user');
  const data = { timestamp, runId: turn.run.request.runId };
  return { entries: [{ type: 'custom', customType: ASIDE_TYPE, data }], after: prompt?.parentId ?? null };
}

/**
 * The copy that readers keep stands before the broken answer; when the very first message of a session is cut off, it
 * stands before that message too, which is linked anew behind it (order of reference traces chat/abort-*).
 */
function abortedEntries(turn: Turn, kept: readonly NewTranscriptEntry[], broken: NewTranscriptEntry): LastEntries {
  const first = turn.firstMessage;
  if (kept.length === 0 || first?.type !== 'message' || turn.log.at(-1)?.id !== first.id) {
    return { entries: [...kept, broken] };
  }
  return { entries: [...kept, { type: 'message', message: first.message }, broken], after: first.parentId };
}

/** The copy of a cut-off answer that stays visible in the history (reference protocol/protocol.md §6). */
function keptPartial(turn: Turn, outcome: RunOutcome, at: number): readonly NewTranscriptEntry[] {
  if (outcome.kind !== 'aborted' || outcome.partialText === '') return [];
  if (outcome.stopReason !== 'rpc' && outcome.stopReason !== 'stop') return [];
  const { runId } = turn.run.request;
  const origin = outcome.stopReason === 'rpc' ? 'rpc' : 'stop-command';
  const members = { openclawAbort: { aborted: true, origin, runId }, idempotencyKey: `${runId}:assistant` };
  return [{ type: 'message', message: injectedMessage(outcome.partialText, at, members) }];
}

/** Stands for an answer that never began. */
function unsentMessage(
  turn: Turn,
  timestamp: number,
  stopReason: 'error' | 'aborted',
  errorMessage: string,
): AssistantMessage {
  const model = turn.context?.model;
  return {
    role: 'assistant',
    content: [],
    api: model?.api ?? '',
    provider: model?.ref.provider ?? '',
    model: model?.ref.model ?? '',
    usage: ZERO_USAGE,
    stopReason,
    errorMessage,
    timestamp,
  };
}

function sessionFacts(
  deps: TurnDeps,
  turn: Turn,
  { outcome, startsOver }: { readonly outcome: RunOutcome; readonly startsOver: boolean },
  current: SessionEntry | undefined,
): SessionEntry {
  const { session, context, usage, lastUsage } = turn;
  const { request } = turn.run;
  const now = deps.clock.now();
  if (isUneventful(outcome) && current !== undefined) return { ...current, ...untouchedTime(session?.entry) };
  const origin = session?.origin(now) ?? { sessionId: '', sessionFile: '', channel: undefined, now };
  if (startsOver) return replacedEntry(current, freshOrigin(origin));
  const ended = endedEntry(current, {
    ...origin,
    // Only runs of `agent` leave the hint for the next message; a chat that was stopped goes on as if nothing was.
    aborted: outcome.kind === 'aborted' && request.source === 'agent',
    thinkingLevel: request.source === 'agent' ? request.thinking : undefined,
    ...(context === undefined
      ? {}
      : {
          model: {
            provider: context.model.ref.provider,
            id: context.model.ref.model,
            contextTokens: context.contextWindow,
          },
          promptReport: context.report,
          ...(context.skills === undefined ? {} : { skillsSnapshot: context.skills }),
        }),
    ...(usage === undefined || lastUsage === undefined
      ? {}
      : { tokens: { input: usage.input, output: usage.output, context: promptTokens(lastUsage) ?? 0 } }),
  });
  const remembered = withCliSession({ ...ended, ...heartbeatMemory(outcome, now) }, turn.cliSession);
  return withAnsweringProfile(remembered, turn.profileId);
}

/** What the next heartbeat must not repeat. */
function heartbeatMemory(outcome: RunOutcome, now: number): Partial<SessionEntry> {
  if (outcome.kind !== 'answered' || outcome.heartbeat !== 'alert') return {};
  return { lastHeartbeatText: heartbeatText(outcome.payloads), lastHeartbeatSentAt: now };
}

/** A heartbeat does not keep a session awake. */
function untouchedTime(before: SessionEntry | undefined): Partial<SessionEntry> {
  return before === undefined ? {} : { updatedAt: before.updatedAt };
}
