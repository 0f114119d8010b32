import type { ToolCallPart } from '@chela/models';
import type { TranscriptEntry, TranscriptMessage } from '@chela/store';
import { isRecord, readAssistantParts, readUserParts, textOf } from '../messages/content-parts.ts';

/**
 * What a person on a channel is told when the model wanted to send a message and could not: models tend to say that they
 * did (reference agent/sessions.md §17.6, channels/golden/telegram/tg-055, tg-065). Pure.
 */

/** Arguments that say which message is meant, by action; others all have the same. */
const SEND_DETAILS = ['provider', 'to', 'media', 'replyTo', 'threadId'];
const REACT_DETAILS = ['provider', 'to', 'messageId', 'emoji'];
const OTHER_DETAILS = ['provider', 'to', 'messageId'];
/** What stands before a value where there are several. */
const LABELS: Readonly<Record<string, string>> = { messageId: 'message', replyTo: 'reply to', threadId: 'thread' };
/** Actions that people would believe were done; the others show by themselves that they were not. */
const TOLD: ReadonlySet<string> = new Set([
  'send',
  'thread-reply',
  'broadcast',
  'edit',
  'delete',
  'react',
  'pin',
  'unpin',
]);

/** The note for the last failed call of the message tool since `since` that no later call made good; undefined without one. */
export function failedMessageNote(log: readonly TranscriptEntry[], since: number): string | undefined {
  let failed: { readonly call: ToolCallPart; readonly error: string } | undefined;
  const calls = new Map<string, ToolCallPart>();
  for (const entry of log) {
    if (entry.type !== 'message' || entry.message.timestamp < since) continue;
    const { message } = entry;
    if (message.role === 'assistant') {
      for (const part of readAssistantParts(message.content)) if (part.type === 'toolCall') calls.set(part.id, part);
    }
    const call = message.role === 'toolResult' ? calls.get(String(message.toolCallId)) : undefined;
    if (call?.name !== 'message') continue;
    if (!TOLD.has(actionOf(call))) continue;
    const error = errorOf(message);
    if (error !== undefined) failed = { call, error };
    else if (failed !== undefined && isSameWish(failed.call, call)) failed = undefined;
  }
  if (failed === undefined) return undefined;
  const details = detailsOf(failed.call);
  return `⚠️ ✉️ Message${details === '' ? '' : `: \`${details}\``} failed: ${failed.error}`;
}

/** A tool says in its details what went wrong; arguments that were refused before it ran stand in the text. */
function errorOf({ details, content, isError }: TranscriptMessage): string | undefined {
  if (isRecord(details) && details.status === 'error') {
    return typeof details.error === 'string' ? details.error : 'unknown error';
  }
  if (isError !== true) return undefined;
  const [firstLine = ''] = textOf(readUserParts(content)).split('\n');
  return firstLine === '' ? 'unknown error' : firstLine;
}

function isSameWish(a: ToolCallPart, b: ToolCallPart): boolean {
  return actionOf(a) === actionOf(b) && String(a.arguments.target ?? '') === String(b.arguments.target ?? '');
}

function actionOf({ arguments: args }: ToolCallPart): string {
  return typeof args.action === 'string' ? args.action : 'send';
}

function detailsOf(call: ToolCallPart): string {
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
