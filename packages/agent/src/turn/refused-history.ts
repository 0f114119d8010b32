import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { isHistoryRefused } from '@chela/models';
import { isConversation } from '../messages/conversation.ts';
import type { Origin } from '../sessions/session-entry.ts';
import type { Turn } from './turn.ts';
import type { TurnEnding } from './turn-machine.ts';

/**
 * A provider that will not read a history refuses every further message of the conversation too (reference
 * agent/sessions.md §14.6). The first time people are told to try again; the second time in a row the session starts over.
 * Programs that call `agent` decide for themselves.
 */

export const STARTED_OVER_NOTICE =
  '⚠️ The model would not read this conversation any more (message ordering conflict). A fresh session has begun; please send your message again.';

/** Whether a turn ends like the one before it: refused for its history. */
export function isRefusedAgain({ run, session, log }: Turn, ending: TurnEnding): boolean {
  if (session === undefined || ending.kind !== 'failed' || !isHistoryRefused(ending.message)) return false;
  const { request } = run;
  if (!isConversation(request) || request.heartbeat !== undefined || request.memoryFlush === true) return false;
  const messages = log.flatMap((entry) => (entry.type === 'message' ? [entry.message] : []));
  const asked = messages.findLastIndex(({ role }) => role === 'user');
  const before = messages[asked - 1];
  return typeof before?.errorMessage === 'string' && isHistoryRefused(before.errorMessage);
}

/** The same conversation with an empty transcript. */
export function freshOrigin(origin: Origin): Origin {
  const sessionId = randomUUID();
  return { ...origin, sessionId, sessionFile: join(dirname(origin.sessionFile), `${sessionId}.jsonl`) };
}
