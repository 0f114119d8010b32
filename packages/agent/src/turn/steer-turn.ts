import { queuedOutcome } from '../queue/queued-outcome.ts';
import { userMessageEntry } from './prepare-turn.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';

/**
 * Puts the messages that were steered into this turn behind what was said so far. Their text in the transcript and
 * their outcome are one transaction, so each reaches the model once.
 */
export async function storeSteered(deps: TurnDeps, turn: Turn): Promise<void> {
  const messages = turn.run.steered();
  if (messages.length === 0) return;
  const { runId } = turn.run.request;
  const now = deps.clock.now();
  const appended = await deps.store.ledger.appendStep({
    runId,
    sessionId: turn.session?.sessionId ?? '',
    entries: await Promise.all(
      messages.map(({ request, receivedAt }) =>
        userMessageEntry(deps, turn, { request, acceptedAt: receivedAt, afterAbort: false }),
      ),
    ),
    toolCalls: [],
    absorbed: messages.flatMap(({ request, receivedAt, isQueuedToo }) => {
      if (isQueuedToo) return [];
      const response = queuedOutcome(receivedAt, now);
      return [{ runId: request.runId, source: request.source, reason: `put into run ${runId}`, response }];
    }),
  });
  turn.run.storedSteered(messages.length);
  turn.log.push(...appended);
}
