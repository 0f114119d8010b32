import type { NewTranscriptEntry, TranscriptEntry } from '@chela/store';
import type { AgentRequest } from '../runtime.ts';
import { injectedMessage } from '../turn/injected-message.ts';
import { emitEvent } from '../turn/run-events.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';

/**
 * What hooks want said in the web chat: a message of the gateway in the conversation itself. On channels it goes out with
 * the answer (reference agent/automation.md §4.2).
 */

/** Whether it stands in the conversation rather than beside the answer. */
export function isNoted({ source, origin }: Pick<AgentRequest, 'source' | 'origin'>): boolean {
  return source === 'chat.send' && origin === undefined;
}

/** The message; none when there is nothing to say. */
export function hookNotes(messages: readonly string[], timestamp: number): readonly NewTranscriptEntry[] {
  return messages.length === 0 ? [] : [{ type: 'message', message: injectedMessage(messages.join('\n\n'), timestamp) }];
}

/** Says something in a conversation in which nothing runs; nothing where there was none. */
export async function noteInConversation(
  deps: Pick<TurnDeps, 'emit' | 'clock' | 'store'>,
  sessionKey: string,
  messages: readonly string[],
): Promise<void> {
  const notes = hookNotes(messages, deps.clock.now());
  const session = notes.length === 0 ? undefined : await deps.store.sessions.get(sessionKey);
  if (session === undefined) return;
  const [entry] = await deps.store.transcripts.append(session.entry.sessionId, notes);
  if (entry?.type !== 'message') return;
  const head = { runId: `note-${entry.id}`, sessionKey, requestedSessionKey: sessionKey, source: 'chat.send' as const };
  deps.emit({ ...head, at: deps.clock.now(), type: 'noted', entryId: entry.id, message: entry.message });
}

/** Shows a message that is in the transcript to whoever looks on. */
export function showNote(
  deps: Pick<TurnDeps, 'emit' | 'clock'>,
  request: AgentRequest,
  entry: TranscriptEntry | undefined,
): void {
  if (entry?.type === 'message') emitEvent(deps, request, { type: 'noted', entryId: entry.id, message: entry.message });
}
