import type { ToolCallPart, ToolResultMessage } from '@chela/models';
import type { ToolCallRow } from '@chela/store';
import type { ToolContext, ToolResult } from '@chela/tools';
import { INTERRUPTED_RESULT_TEXT } from '../messages/project-messages.ts';
import type { ModelContext } from './model-context.ts';
import { emitEvent } from './run-events.ts';
import { toldOfResult, toldOfStart } from './told-tools.ts';
import { limitToolResult } from './tool-result-limit.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';

/**
 * Runs the tool calls of one assistant message. Each call is written as running before it runs and its result
 * together with its end, so that a crash leaves no doubt which calls may have had an effect.
 */

/** Calls without side effects that may run at the same time. */
const PARALLEL_MAX = 4;
/** How long a tool may take to end after an abort before its result is given up. */
const ABORT_GRACE_MS = 2_000;

const NOT_RUN_TEXT = 'This call was not run: the turn was stopped before it.';
/** The marker that scripts and models know for a call that gave way to a new message. */
const SKIPPED_TEXT = 'Skipped due to queued user message.';
/** Stands in the transcript for what the caller of a run answers with its next message. */
const DELEGATED_TEXT =
  'This call was handed to the client of this conversation, which runs it; its result comes with a later message.';
const STOPPED_TEXT = 'This call was stopped before it finished. It may have taken effect in part.';

export async function runTools(deps: TurnDeps, turn: Turn, context: ModelContext): Promise<void> {
  const calls = turn.pending;
  for (const group of groupCalls(calls, (call) => sideEffects(context, call))) {
    await runTogether(deps, turn, context, group);
    if (turn.run.abortReason() === 'restart') return;
  }
  turn.pending = [];
}

/** What a call of this name may do; unknown tools only produce an error text. */
export function sideEffects(context: ModelContext, call: { readonly name: string }): ToolCallRow['sideEffects'] {
  return context.tools.find((tool) => tool.name === call.name)?.sideEffects ?? 'none';
}

/** Neighbouring harmless calls run together; a call with side effects runs alone and in its place. */
function groupCalls<C>(calls: readonly C[], effectsOf: (call: C) => ToolCallRow['sideEffects']): readonly C[][] {
  const groups: C[][] = [];
  let open = false;
  for (const call of calls) {
    const harmless = effectsOf(call) === 'none';
    const group = groups.at(-1);
    if (harmless && open && group !== undefined && group.length < PARALLEL_MAX) group.push(call);
    else groups.push([call]);
    open = harmless;
  }
  return groups;
}

/** The calls run at the same time; what they show and leave behind comes in the order in which they were asked for. */
async function runTogether(
  deps: TurnDeps,
  turn: Turn,
  context: ModelContext,
  group: readonly ToolCallPart[],
): Promise<void> {
  let before = Promise.resolve();
  const running = group.map((call) => {
    before = runCall(deps, turn, context, call, before);
    return before;
  });
  await Promise.all(running);
}

type Finish = 'done' | 'failed' | 'interrupted';

async function runCall(
  deps: TurnDeps,
  turn: Turn,
  context: ModelContext,
  call: ToolCallPart,
  before: Promise<void>,
): Promise<void> {
  const { run } = turn;
  const left = turn.resumed?.toolCalls.find((row) => row.toolCallId === call.id);
  if (left?.state === 'running' && left.sideEffects === 'possible') {
    await finish(deps, turn, context, call, 'interrupted', errorResult(INTERRUPTED_RESULT_TEXT));
    return;
  }
  if (run.signal.aborted) {
    if (run.abortReason() === 'restart') return;
    await finish(deps, turn, context, call, 'interrupted', errorResult(NOT_RUN_TEXT));
    return;
  }
  if (run.steered().length > 0) {
    await finish(deps, turn, context, call, 'interrupted', errorResult(SKIPPED_TEXT));
    return;
  }
  if (left?.state !== 'running') await deps.store.ledger.startToolCall(run.request.runId, call.id);
  const announced = before.then(async () => {
    const { id: toolCallId, name, arguments: args } = call;
    const told = await toldOfStart(deps, turn, context, call);
    emitEvent(deps, run.request, { type: 'toolStarted', toolCallId, name, args, ...told });
  });
  const called = answerTo(deps, turn, context, call);
  const [result] = await Promise.all([called, announced]);
  if (run.abortReason() === 'restart') return;
  if (result.endsRun !== undefined) turn.stuck = result.endsRun;
  const state = run.signal.aborted ? 'interrupted' : result.isError === true ? 'failed' : 'done';
  await finish(deps, turn, context, call, state, result);
  if (sideEffects(context, call) === 'possible') deps.bootstrap.forget(workspaceOf(turn));
}

/** The result of a call, or what stands for it. */
function answerTo(
  deps: TurnDeps,
  turn: Turn,
  context: ModelContext,
  call: ToolCallPart,
): Promise<ToolResult> | ToolResult {
  const malformed = turn.malformed.get(call.id);
  if (malformed !== undefined) return malformedResult(call, malformed);
  if (!turn.run.request.clientTools?.some(({ name }) => name === call.name)) return callTool(deps, turn, context, call);
  turn.delegated.push(call);
  return { content: [{ type: 'text', text: DELEGATED_TEXT }] };
}

/** Never throws and ends soon after an abort, even when the tool does not. */
async function callTool(deps: TurnDeps, turn: Turn, context: ModelContext, call: ToolCallPart): Promise<ToolResult> {
  const { request, signal } = turn.run;
  const toolContext: ToolContext = {
    agentId: request.agentId,
    sessionKey: request.sessionKey,
    sessionId: turn.session?.sessionId ?? '',
    runId: request.runId,
    toolCallId: call.id,
    workspaceDir: workspaceOf(turn),
    contextWindow: context.contextWindow,
    modelHasVision: context.model.input.includes('image'),
    signal,
    onUpdate: (partial) =>
      emitEvent(deps, request, { type: 'toolUpdated', toolCallId: call.id, name: call.name, partial }),
  };
  const { name, arguments: args } = call;
  const running = deps.tools.call({ name, arguments: args }, context.scope, toolContext).catch((error: unknown) => {
    if (signal.aborted) return errorResult(STOPPED_TEXT);
    deps.logger.warn('a tool threw', { tool: name, error });
    return thrownResult(name, error);
  });
  const stopped = stoppedAfter(deps, signal);
  try {
    return await Promise.race([running, stopped.promise]);
  } finally {
    stopped.close();
  }
}

/** Resolves some time after an abort, for tools that do not listen. */
export function stoppedAfter(
  deps: Pick<TurnDeps, 'clock'>,
  signal: AbortSignal,
): { readonly promise: Promise<ToolResult>; close(): void } {
  const { promise, resolve } = Promise.withResolvers<ToolResult>();
  let cancel = (): void => {};
  const onAbort = (): void => {
    cancel = deps.clock.after(ABORT_GRACE_MS, () => resolve(errorResult(STOPPED_TEXT)));
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    promise,
    close() {
      cancel();
      signal.removeEventListener('abort', onAbort);
    },
  };
}

async function finish(
  deps: TurnDeps,
  turn: Turn,
  context: ModelContext,
  call: ToolCallPart,
  state: Finish,
  result: ToolResult,
): Promise<void> {
  const { request } = turn.run;
  const message: ToolResultMessage = {
    role: 'toolResult',
    toolCallId: call.id,
    toolName: call.name,
    content: limitToolResult(result.content, context.contextWindow),
    ...(result.details === undefined ? {} : { details: result.details }),
    isError: result.isError === true,
    timestamp: deps.clock.now(),
  };
  const entry = await deps.store.ledger.finishToolCall({
    runId: request.runId,
    sessionId: turn.session?.sessionId ?? '',
    toolCallId: call.id,
    state,
    result: { type: 'message', message: { ...message } },
  });
  turn.log.push(entry);
  deps.metrics.count('chela_tool_calls_total', { tool: metricName(context, call), outcome: state });
  const summary = context.tools.find((tool) => tool.name === call.name)?.summary?.(call.arguments);
  emitEvent(deps, request, {
    type: 'toolFinished',
    toolCallId: call.id,
    name: call.name,
    result,
    ...(summary === undefined ? {} : { summary }),
    ...(await toldOfResult(deps, turn, context, call, result)),
  });
}

function workspaceOf(turn: Turn): string {
  return turn.contextInput?.workspaceDir ?? '';
}

/** Models invent names; a label may only hold known ones. */
function metricName(context: ModelContext, call: ToolCallPart): string {
  return context.tools.some((tool) => tool.name === call.name) ? call.name : 'unknown';
}

function errorResult(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

/** As for any tool that throws (reference agent/tools.md ). */
function thrownResult(tool: string, error: unknown): ToolResult {
  const message = error instanceof Error ? error.message : String(error);
  const details = { status: 'error', tool, error: message };
  return { content: [{ type: 'text', text: JSON.stringify(details, null, 2) }], details };
}

function malformedResult(call: ToolCallPart, received: string): ToolResult {
  const shown = received.length > 400 ? `${received.slice(0, 400)}…` : received;
  return thrownResult(call.name, `The arguments were not a JSON object, so the call was not run. Received: ${shown}`);
}
