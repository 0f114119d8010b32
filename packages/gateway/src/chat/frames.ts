import { injectedMessage, type RunEvent, type RunOutcome } from '@chela/agent';
import type { TranscriptMessage } from '@chela/store';
import type { ToolResult } from '@chela/tools';
import { isRecord } from '../methods/record.ts';
import type { TextPiece } from './text-merger.ts';

/** Payloads of the `agent` and `chat` events (reference protocol/events.json). Pure. */

export interface RunIdentity {
  readonly runId: string;
  /** Canonical key. */
  readonly sessionKey: string;
  /** The key as the client wrote it; aborted events carry it. */
  readonly requestedSessionKey: string;
}

export interface AgentPayload {
  readonly runId: string;
  readonly stream: 'lifecycle' | 'assistant' | 'thinking' | 'tool' | 'compaction';
  readonly data: Readonly<Record<string, unknown>>;
  readonly sessionKey: string;
  /** Counts the agent events of a run from 1. */
  readonly seq: number;
  readonly ts: number;
}

export interface ChatMessage {
  readonly role: 'assistant';
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly timestamp: number;
}

/** What the chat stream says about a run; `sessionKey` and `seq` are added by the sender. */
export type ChatState =
  | { readonly state: 'delta'; readonly message: ChatMessage }
  | { readonly state: 'final'; readonly message?: ChatMessage | TranscriptMessage }
  | { readonly state: 'aborted'; readonly stopReason: string; readonly message?: ChatMessage }
  | { readonly state: 'error'; readonly errorMessage: string };

export const assistantText = (text: string, timestamp: number): ChatMessage => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
  timestamp,
});

export const textData = (piece: TextPiece): Readonly<Record<string, unknown>> => ({
  text: piece.text,
  delta: piece.delta,
});

/** A message of the gateway in the conversation, as `chat.inject` shows one. */
export function noteFrame({
  sessionKey,
  entryId,
  message: said,
}: Extract<RunEvent, { type: 'noted' }>): Readonly<Record<string, unknown>> {
  return { runId: `inject-${entryId}`, sessionKey, seq: 0, state: 'final', message: said };
}

type ToolEvent = Extract<RunEvent, { type: 'toolStarted' | 'toolUpdated' | 'toolFinished' }>;

/** `data` of a tool event. Results are only for sessions whose verbose level is `full`. */
export function toolData(event: ToolEvent, withResults: boolean): Readonly<Record<string, unknown>> {
  const call = { name: event.name, toolCallId: event.toolCallId };
  if (event.type === 'toolStarted') return { phase: 'start', ...call, args: event.args };
  if (event.type === 'toolUpdated') {
    return { phase: 'update', ...call, ...(withResults && { partialResult: shownResult(event.partial) }) };
  }
  return {
    phase: 'result',
    ...call,
    ...(event.summary !== undefined && { meta: event.summary }),
    isError: hasFailed(event.result),
    ...(withResults && { result: shownResult(event.result) }),
  };
}

/** A tool that threw says so in its details; its result is an ordinary one for the model. */
function hasFailed({ isError, details }: ToolResult): boolean {
  const status = isRecord(details) ? details.status : undefined;
  return isError === true || status === 'error' || status === 'timeout';
}

function shownResult(result: ToolResult): Readonly<Record<string, unknown>> {
  return { content: result.content, ...(result.details !== undefined && { details: result.details }) };
}

/**
 * `data` of the lifecycle event that ends a run. A chat that someone stopped has none: its clients are told by the
 * aborted event alone, as they are used to. Neither has a command or a message that waits for another run: they never were
 * runs of the agent.
 */
export function endOfLifecycle(
  source: RunEvent['source'],
  outcome: RunOutcome,
): Readonly<Record<string, unknown>> | undefined {
  if (isCommand(outcome) || isQueued(outcome)) return undefined;
  if (outcome.kind === 'answered') return { phase: 'end', endedAt: outcome.endedAt };
  if (outcome.kind === 'errored') return { phase: 'error', error: outcome.errorMessage, endedAt: outcome.endedAt };
  if (source === 'chat.send') return undefined;
  return { phase: 'end', startedAt: outcome.startedAt, endedAt: outcome.endedAt, aborted: true };
}

/** How the chat stream reports an outcome. `shownText` is the last text that was streamed, empty when none was. */
export function endOfChat(
  source: RunEvent['source'],
  outcome: RunOutcome,
  shownText: string,
  timestamp: number,
): ChatState {
  if (outcome.kind === 'errored') return { state: 'error', errorMessage: outcome.errorMessage };
  if (isCommand(outcome)) return { state: 'final', message: commandAnswer(outcome) };
  if (outcome.kind === 'answered') return { state: 'final', ...message(finalText(outcome, shownText), timestamp) };
  const partial = outcome.partialText.trim();
  const timedOutAgent = source === 'agent' && outcome.stopReason === 'timeout';
  if (timedOutAgent) return { state: 'final', ...message(partial, timestamp) };
  return { state: 'aborted', stopReason: outcome.stopReason, ...message(partial, timestamp) };
}

/** Aborted runs, commands and queued messages are reported under the key that the client used, everything else under the stored one. */
export function chatSessionKey(run: RunIdentity, state: ChatState, outcome?: RunOutcome): string {
  const asWritten = state.state === 'aborted' || (outcome !== undefined && (isCommand(outcome) || isQueued(outcome)));
  return asWritten ? run.requestedSessionKey : run.sessionKey;
}

type Answered = Extract<RunOutcome, { kind: 'answered' }>;

function isCommand(outcome: RunOutcome): outcome is Answered & { readonly command: true } {
  return outcome.kind === 'answered' && outcome.command === true;
}

function isQueued(outcome: RunOutcome): boolean {
  return outcome.kind === 'answered' && outcome.queued === true;
}

function commandAnswer(outcome: Answered): TranscriptMessage {
  return injectedMessage(outcome.payloads.map(({ text }) => text).join('\n\n'), outcome.endedAt);
}

/**
 * The last text that was shown; where the stream held something back at its end, the outcome's own text is longer.
 * A reply published after a restart was never streamed here at all.
 */
function finalText(outcome: Answered, shownText: string): string {
  const shown = shownText.trim();
  const said = outcome.silent ? '' : (outcome.payloads.at(-1)?.text ?? '').trim();
  return said.startsWith(shown) ? said : shown;
}

function message(text: string, timestamp: number): { readonly message?: ChatMessage } {
  return text === '' ? {} : { message: assistantText(text, timestamp) };
}
