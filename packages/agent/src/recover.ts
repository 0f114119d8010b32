import type { InboxRow, UnfinishedTurn } from '@chela/store';
import { INTERRUPTED_RESULT_TEXT } from './messages/project-messages.ts';
import { isEndedEvent, readRequest } from './request-body.ts';
import type { AgentRequest } from './runtime.ts';
import { delivered, publishOutcome } from './turn/end-turn.ts';
import { injectedMessage } from './turn/injected-message.ts';
import { outcomeOf } from './turn/outcome.ts';
import { createTurn } from './turn/turn.ts';
import type { TurnDeps } from './turn/turn-deps.ts';
import { createTurnRun } from './turn/turn-run.ts';

/**
 * What a process does with the work an earlier one left behind: replies that were stored but not published go out,
 * messages that were not started wait in line, turns that were running go on from the log. A turn that was started
 * too often is given up with a notice.
 */

/** Starts of a turn before it is given up: it may be what kills the process. */
const MAX_ATTEMPTS = 3;
const OUTBOX_BATCH = 100;

/** Publishes what stands in the outbox, oldest first; returns how many. */
export async function publishPending(deps: TurnDeps): Promise<number> {
  let published = 0;
  for (;;) {
    const rows = await deps.store.ledger.pendingOutbox(OUTBOX_BATCH);
    for (const row of rows) {
      if (isEndedEvent(row.payload)) {
        deps.emit(row.payload);
        const { source, runId, outcome } = row.payload;
        const inbox = await deps.store.ledger.find(source, runId);
        const request = inbox === undefined ? undefined : readRequest(inbox);
        if (request !== undefined && !(await delivered(deps, request, outcome))) return published;
      } else deps.logger.warn('an outbox row holds no event and is dropped', { outboxId: row.id });
      await deps.store.ledger.markPublished(row.id);
      published += 1;
    }
    if (rows.length < OUTBOX_BATCH) return published;
  }
}

/** The request to run again; undefined when the turn must be given up. */
export function resumable(turn: UnfinishedTurn): AgentRequest | undefined {
  return turn.attempts >= MAX_ATTEMPTS ? undefined : readRequest(turn.inbox);
}

/** Ends a turn that cannot go on, with a message in its session that says so. */
export async function giveUp(deps: TurnDeps, left: UnfinishedTurn): Promise<void> {
  const message = noticeFor(left);
  const request = readRequest(left.inbox) ?? emptyRequest(left.inbox);
  const { sessionId } = left;
  if (sessionId !== undefined) await closeToolCalls(deps, left, sessionId);
  const turn = createTurn(createTurnRun(request, left.inbox.receivedAt));
  const now = deps.clock.now();
  const ending = { kind: 'failed' as const, message };
  const errorText = (text: string): string => text;
  const outcome = outcomeOf({ turn, ending, endedAt: now, errorText, suppressToolErrors: false });
  const notice = injectedMessage(message, now, { idempotencyKey: `${request.runId}:assistant` });
  await publishOutcome(deps, request, outcome, {
    sessionId,
    state: 'failed',
    reason: message,
    entries: sessionId === undefined ? [] : [{ type: 'message', message: notice }],
  });
}

async function closeToolCalls(deps: TurnDeps, left: UnfinishedTurn, sessionId: string): Promise<void> {
  for (const call of left.toolCalls) {
    if (call.state !== 'planned' && call.state !== 'running') continue;
    await deps.store.ledger.finishToolCall({
      runId: call.runId,
      sessionId,
      toolCallId: call.toolCallId,
      state: 'interrupted',
      result: {
        type: 'message',
        message: {
          role: 'toolResult',
          toolCallId: call.toolCallId,
          toolName: call.tool,
          content: [{ type: 'text', text: INTERRUPTED_RESULT_TEXT }],
          isError: true,
          timestamp: deps.clock.now(),
        },
      },
    });
  }
}

function noticeFor(left: UnfinishedTurn): string {
  if (left.attempts < MAX_ATTEMPTS)
    return '⚠️ This message could not be read back after a restart. Please send it again.';
  return `⚠️ The gateway stopped ${left.attempts} times while it worked on this message, so it was given up. Please send it again.`;
}

function emptyRequest(row: InboxRow): AgentRequest {
  const { runId, source, agentId, sessionKey } = row;
  return { runId, source, agentId, sessionKey, requestedSessionKey: sessionKey, text: '', images: [] };
}
