import { type AssistantMessage, type ModelRequest, type ToolCallPart, ZERO_USAGE } from '@chela/models';
import type { NewTranscriptEntry } from '@chela/store';
import { hasPromptCache, pruneResults } from '../compaction/prune-results.ts';
import { pruningSettings } from '../compaction/pruning-settings.ts';
import { textOf } from '../messages/content-parts.ts';
import { fitMessages } from '../messages/context-guard.ts';
import { dropImages } from '../messages/drop-images.ts';
import { historyLimitFor, lastTurns } from '../messages/history-limit.ts';
import { projectMessages } from '../messages/project-messages.ts';
import { splitThinking } from '../reply/thinking-tags.ts';
import { createVisibleText } from '../reply/visible-text.ts';
import { cliSessionOf } from '../sessions/cli-sessions.ts';
import { profileOf } from '../sessions/session-profile.ts';
import type { ModelContext } from './model-context.ts';
import { readStep, type StepReading } from './read-step.ts';
import { emitEvent } from './run-events.ts';
import { sideEffects } from './run-tools.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';
import type { TurnEvent } from './turn-machine.ts';
import { addUsage } from './usage-sum.ts';

/** Characters all models of one turn may write together; beyond that something runs in circles. */
const TURN_OUTPUT_MAX_CHARS = 4_000_000;

/** Asks the model once. What it wrote is stored before its tools may run. */
export async function streamStep(deps: TurnDeps, turn: Turn, context: ModelContext): Promise<TurnEvent> {
  const { request, signal } = turn.run;
  const visible = createVisibleText();
  turn.visible = visible;
  const reading = await readStep(deps.models.stream(modelRequest(deps, turn, context), request.agentId, signal), {
    clock: deps.clock,
    signal,
    maxChars: TURN_OUTPUT_MAX_CHARS - turn.outputChars,
    onText(delta) {
      const piece = visible.push(delta);
      if (piece !== '') emitEvent(deps, request, { type: 'text', delta: piece, text: visible.text() });
    },
    onThinking(delta, whole) {
      emitEvent(deps, request, { type: 'thinking', delta, text: whole });
    },
  });
  turn.outputChars += reading.chars;
  return reading.end.type === 'failed'
    ? broken(deps, turn, context, reading, reading.end)
    : finished(deps, turn, context, reading);
}

function modelRequest(deps: TurnDeps, turn: Turn, context: ModelContext): ModelRequest {
  const { model, contextWindow, fixedChars } = context;
  const pruning = pruningSettings(deps.config.current().agents?.defaults?.contextPruning);
  const limit = historyLimitFor(deps.config.current(), turn.run.request.sessionKey);
  const whole = lastTurns(projectMessages(turn.log), limit, ({ role }) => role === 'user');
  const projected =
    pruning === undefined || !hasPromptCache(model.ref) ? whole : pruneResults(whole, pruning, contextWindow);
  const messages = model.input.includes('image') ? projected : dropImages(projected);
  const sessionId = turn.session?.sessionId;
  return {
    model,
    systemPrompt: context.systemPrompt,
    messages: fitMessages({ messages, fixedChars, contextWindowTokens: contextWindow * turn.windowShare }),
    tools: context.offers,
    thinking: context.thinking,
    ...(sessionId === undefined ? {} : { sessionId }),
    runId: turn.run.request.runId,
    ...profileFor(turn, model),
    ...(model.api === 'cli' && cliCall(turn, model.ref.provider)),
  };
}

/** What only programs of this machine need: where they run, and the session they keep. */
function cliCall(turn: Turn, provider: string): Pick<ModelRequest, 'workspaceDir' | 'cliSessionId'> {
  const own = turn.cliSession?.provider === provider ? turn.cliSession.id : undefined;
  const cliSessionId = own ?? cliSessionOf(turn.session?.entry, provider);
  const workspaceDir = turn.contextInput?.workspaceDir;
  return { ...(cliSessionId !== undefined && { cliSessionId }), ...(workspaceDir !== undefined && { workspaceDir }) };
}

/** A turn stays with the profile that answered it; before that, with its session's. */
function profileFor(turn: Turn, model: ModelRequest['model']): Pick<ModelRequest, 'profile'> {
  const ofSession = profileOf(turn.session?.entry);
  if (ofSession?.isPinned === true) return model === turn.candidates[0] ? { profile: ofSession } : {};
  if (turn.profileId !== undefined) return { profile: { id: turn.profileId, isPinned: false } };
  return ofSession === undefined ? {} : { profile: ofSession };
}

/** The message stays with the turn: it is stored before the next try, or with the outcome when there is none. */
function broken(
  deps: TurnDeps,
  turn: Turn,
  context: ModelContext,
  reading: StepReading,
  end: Extract<StepReading['end'], { type: 'failed' }>,
): TurnEvent {
  const { failure } = end;
  const reason = turn.run.abortReason();
  const content = reading.content.filter((part) => part.type !== 'toolCall');
  const aborted = reason !== undefined;
  turn.brokenMessage = {
    ...head(context, reading, content),
    stopReason: aborted ? 'aborted' : 'error',
    timestamp: deps.clock.now(),
    errorMessage: aborted ? abortedText(content.length > 0) : failure.message,
  };
  return aborted ? { type: 'aborted', reason } : { type: 'modelFailed', failure };
}

async function finished(deps: TurnDeps, turn: Turn, context: ModelContext, reading: StepReading): Promise<TurnEvent> {
  const { request } = turn.run;
  if (reading.end.type === 'done' && reading.end.profileId !== undefined) turn.profileId = reading.end.profileId;
  if (reading.end.type === 'done' && reading.end.cliSessionId !== undefined)
    turn.cliSession = { provider: context.model.ref.provider, id: reading.end.cliSessionId };
  turn.usage = { ...addUsage(turn.usage ?? ZERO_USAGE, reading.usage), totalTokens: reading.usage.totalTokens };
  turn.lastUsage = reading.usage;
  const named = withUniqueIds(turn, reading).flatMap(partThinking);
  const calls = named.filter((part) => part.type === 'toolCall');
  const message: AssistantMessage = {
    ...head(context, reading, named),
    stopReason:
      calls.length > 0
        ? 'toolUse'
        : reading.end.type === 'done' && reading.end.stopReason === 'length'
          ? 'length'
          : 'stop',
    timestamp: deps.clock.now(),
  };
  const goesOn = turn.run.steered().length > 0;
  if (calls.length === 0 && !goesOn) turn.finalMessage = message;
  else await storeStep(deps, turn, context, message, calls);
  turn.answers.push(textOf(message.content));
  emitEvent(deps, request, { type: 'assistantMessage', message });
  return { type: 'stepFinished', toolCalls: calls.length, goesOn };
}

/** Thinking that a model wrote between tags of its text is stored as what it is. */
function partThinking(part: AssistantMessage['content'][number]): AssistantMessage['content'] {
  return (part.type === 'text' ? splitThinking(part.text) : undefined) ?? [part];
}

async function storeStep(
  deps: TurnDeps,
  turn: Turn,
  context: ModelContext,
  message: AssistantMessage,
  calls: readonly ToolCallPart[],
): Promise<void> {
  const appended = await deps.store.ledger.appendStep({
    runId: turn.run.request.runId,
    sessionId: turn.session?.sessionId ?? '',
    entries: [messageEntry(message)],
    toolCalls: calls.map((call) => ({
      toolCallId: call.id,
      tool: call.name,
      arguments: call.arguments,
      sideEffects: sideEffects(context, call),
    })),
  });
  turn.log.push(...appended);
  turn.pending = calls;
}

/** Stores an answer that broke off, before another try begins. */
export async function storeBroken(deps: TurnDeps, turn: Turn): Promise<void> {
  const message = turn.brokenMessage;
  if (message === undefined) return;
  const appended = await deps.store.ledger.appendStep({
    runId: turn.run.request.runId,
    sessionId: turn.session?.sessionId ?? '',
    entries: [messageEntry(message)],
    toolCalls: [],
  });
  turn.log.push(...appended);
  delete turn.brokenMessage;
}

export function messageEntry(message: AssistantMessage): NewTranscriptEntry {
  return { type: 'message', message: { ...message } };
}

/** The words the contract has for a cut-off answer, with and without a beginning (reference traces chat/abort-*). */
export function abortedText(hasContent: boolean): string {
  return hasContent ? 'Request was aborted' : 'Request was aborted.';
}

/** Members stand in the order the original writes them. */
function head(context: ModelContext, reading: StepReading, content: AssistantMessage['content']) {
  return {
    role: 'assistant' as const,
    content,
    api: context.model.api,
    provider: context.model.ref.provider,
    model: context.model.ref.model,
    usage: reading.usage,
  };
}

/** Some providers number their calls anew with every answer; within a run an id must mean one call. */
function withUniqueIds(turn: Turn, reading: StepReading): AssistantMessage['content'] {
  const malformed = new Map<string, string>();
  const content = reading.content.map((part) => {
    if (part.type !== 'toolCall') return part;
    const id = unusedId(turn.usedCallIds, part.id === '' ? 'call' : part.id);
    turn.usedCallIds.add(id);
    const received = reading.malformed.get(part.id);
    if (received !== undefined) malformed.set(id, received);
    return id === part.id ? part : { ...part, id };
  });
  turn.malformed = malformed;
  return content;
}

function unusedId(used: ReadonlySet<string>, wanted: string): string {
  if (!used.has(wanted)) return wanted;
  for (let n = 2; ; n += 1) {
    const id = `${wanted}_${n}`;
    if (!used.has(id)) return id;
  }
}
