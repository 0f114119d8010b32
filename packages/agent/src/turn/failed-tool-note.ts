import type { ToolCallPart } from '@chela/models';
import type { TranscriptEntry, TranscriptMessage } from '@chela/store';
import { isRecord, readAssistantParts, readUserParts, textOf } from '../messages/content-parts.ts';
import { toolTitle } from './tool-title.ts';

/**
 * What is told when a tool failed: of a change always, because models tend to say that they made it; of a look only where
 * nothing else is said (reference agent/sessions.md §17.6, channels/golden/telegram/tg-055, tg-065). Pure.
 */

export interface FailedToolInput {
  readonly log: readonly TranscriptEntry[];
  /** Milliseconds since the epoch; earlier calls are none of this turn. */
  readonly since: number;
  /** Whether somebody reads an answer besides. */
  readonly hasReply: boolean;
  /** `messages.suppressToolErrors`: only changes are told. */
  readonly onlyChanges: boolean;
  /** The short line about a call, as in tool events. */
  readonly summary: (call: ToolCallPart) => string | undefined;
}

/** Tools that change something, whatever they are asked. */
const CHANGING: ReadonlySet<string> = new Set(['apply_patch', 'bash', 'edit', 'exec', 'sessions_send', 'write']);
/** Tools that change something unless they are only asked to look. */
const CHANGING_UNLESS_LOOKING: ReadonlySet<string> = new Set(['canvas', 'cron', 'gateway', 'nodes']);
const LOOKING: ReadonlySet<string> = new Set(['get', 'list', 'poll', 'query', 'read', 'search', 'show', 'status']);
const CHANGING_PROCESS: ReadonlySet<string> = new Set(['kill', 'paste', 'send-keys', 'submit', 'write']);
/** Actions of the message tool that people would believe were done; the others show by themselves that they were not. */
const CHANGING_MESSAGE: ReadonlySet<string> = new Set([
  'send',
  'thread-reply',
  'edit',
  'delete',
  'react',
  'pin',
  'unpin',
]);
/** A model that gave wrong parameters finds out by itself. */
const RECOVERABLE = /required|requires|missing|invalid|must be|must have|needs/i;
/** Arguments that say what a call is about. */
const ABOUT = ['path', 'to', 'target', 'messageId', 'sessionKey', 'jobId', 'id', 'node'] as const;
const ERROR_MAX_CHARS = 400;

/** Arguments that say which message is meant, by action; others all have the same. */
const SEND_DETAILS = ['provider', 'to', 'media', 'replyTo', 'threadId'];
const REACT_DETAILS = ['provider', 'to', 'messageId', 'emoji'];
const OTHER_DETAILS = ['provider', 'to', 'messageId'];
/** What stands before a value where there are several. */
const LABELS: Readonly<Record<string, string>> = { messageId: 'message', replyTo: 'reply to', threadId: 'thread' };

interface FailedCall {
  readonly call: ToolCallPart;
  readonly error: string;
}

/** The note for the last failed call that no later call made good; undefined when there is nothing to tell. */
export function failedToolNote(input: FailedToolInput): string | undefined {
  const failed = lastFailure(input);
  if (failed === undefined) return undefined;
  const { call, error } = failed;
  if (!isChange(call) && (input.onlyChanges || input.hasReply || RECOVERABLE.test(error))) return undefined;
  const details = call.name === 'message' ? messageDetails(call) : (input.summary(call) ?? '');
  return `⚠️ ${toolTitle(call.name)}${details === '' ? '' : `: \`${details}\``} failed: ${error}`;
}

function lastFailure({ log, since }: FailedToolInput): FailedCall | undefined {
  let failed: FailedCall | undefined;
  const calls = new Map<string, ToolCallPart>();
  for (const entry of log) {
    if (entry.type !== 'message' || entry.message.timestamp < since) continue;
    const { message } = entry;
    if (message.role === 'assistant') {
      for (const part of readAssistantParts(message.content)) if (part.type === 'toolCall') calls.set(part.id, part);
    }
    const call = message.role === 'toolResult' ? calls.get(String(message.toolCallId)) : undefined;
    if (call === undefined || (call.name === 'message' && !isChange(call))) continue;
    const error = errorOf(message);
    if (error !== undefined) failed = { call, error };
    else if (failed !== undefined && isMadeGood(failed.call, call)) failed = undefined;
  }
  return failed;
}

/** A change is made good by the same change, a look by whatever succeeds after it. */
function isMadeGood(failed: ToolCallPart, later: ToolCallPart): boolean {
  if (!isChange(failed)) return true;
  if (failed.name !== later.name || actionOf(failed) !== actionOf(later)) return false;
  return ABOUT.every((name) => String(failed.arguments[name] ?? '') === String(later.arguments[name] ?? ''));
}

function isChange(call: ToolCallPart): boolean {
  const { name } = call;
  if (name === 'message') return CHANGING_MESSAGE.has(actionOf(call) ?? 'send');
  if (name === 'process') return CHANGING_PROCESS.has(actionOf(call) ?? '');
  return CHANGING.has(name) || (CHANGING_UNLESS_LOOKING.has(name) && !LOOKING.has(actionOf(call) ?? ''));
}

/** A tool says in its details what went wrong; arguments that were refused before it ran stand in the text. */
function errorOf({ details, content, isError }: TranscriptMessage): string | undefined {
  const inDetails = isRecord(details) && (details.status === 'error' || details.status === 'timeout');
  if (!inDetails && isError !== true) return undefined;
  const told = inDetails && typeof details.error === 'string' ? details.error : textOf(readUserParts(content));
  const [firstLine = ''] = told.trim().split('\n');
  if (firstLine === '') return 'unknown error';
  return firstLine.length > ERROR_MAX_CHARS ? `${firstLine.slice(0, ERROR_MAX_CHARS)}…` : firstLine;
}

function actionOf({ name, arguments: args }: ToolCallPart): string | undefined {
  if (typeof args.action === 'string') return args.action;
  return name === 'message' ? 'send' : undefined;
}

function messageDetails(call: ToolCallPart): string {
  const action = actionOf(call);
  const keys = action === 'send' ? SEND_DETAILS : action === 'react' ? REACT_DETAILS : OTHER_DETAILS;
  const details = keys.flatMap((key) => {
    const value = call.arguments[key];
    return typeof value === 'string' || typeof value === 'number' ? [{ key, value: String(value) }] : [];
  });
  const [only, ...others] = details;
  if (only === undefined || others.length === 0) return only?.value ?? '';
  return `with ${details.map(({ key, value }) => `${LABELS[key] ?? key} ${value}`).join(', ')}`;
}
