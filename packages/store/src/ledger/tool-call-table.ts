import { isRecord, json, numeric, oneOf, type Row, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { ToolCallRow, ToolCallState } from '../ledger.ts';
import { IllegalTransitionError, isFinal, nextState, TOOL_CALL_TRANSITIONS } from '../states.ts';

/**
 * Tool calls of turns: single writer of `tool_calls` rows. Some providers number their calls anew in every step, so a
 * turn may hold an id more than once; a transition then means the oldest call of that id that is still open.
 */

const TOOL_CALL_STATES: readonly ToolCallState[] = ['planned', 'running', 'done', 'failed', 'interrupted'];
const SIDE_EFFECTS: readonly ToolCallRow['sideEffects'][] = ['none', 'possible'];

export interface ToolCallTable {
  plan(inboxSeq: number, call: Omit<ToolCallRow, 'runId' | 'state'>): void;
  /** Moves the call; IllegalTransitionError when it is unknown or its state does not lead to `to`. */
  move(inboxSeq: number, runId: string, toolCallId: string, to: ToolCallState): void;
  /** In the order they were planned. */
  ofTurn(inboxSeq: number, runId: string): readonly ToolCallRow[];
}

export function createToolCallTable(database: Database): ToolCallTable {
  const insert = database.statement<{
    inboxSeq: number;
    toolCallId: string;
    tool: string;
    arguments: string;
    sideEffects: string;
  }>((query, slot) =>
    query.insertInto('tool_calls').values({
      inbox_seq: slot('inboxSeq'),
      tool_call_id: slot('toolCallId'),
      tool: slot('tool'),
      arguments: slot('arguments'),
      side_effects: slot('sideEffects'),
      state: 'planned',
    }),
  );
  const sameId = database.statement<{ inboxSeq: number; toolCallId: string }>((query, slot) =>
    query
      .selectFrom('tool_calls')
      .select(['seq', 'state'])
      .where('inbox_seq', '=', slot('inboxSeq'))
      .where('tool_call_id', '=', slot('toolCallId'))
      .orderBy('seq'),
  );
  const setState = database.statement<{ seq: number; state: string }>((query, slot) =>
    query
      .updateTable('tool_calls')
      .set({ state: slot('state') })
      .where('seq', '=', slot('seq')),
  );
  const ofTurn = database.statement<{ inboxSeq: number }>((query, slot) =>
    query.selectFrom('tool_calls').selectAll().where('inbox_seq', '=', slot('inboxSeq')).orderBy('seq'),
  );

  return {
    plan(inboxSeq, call) {
      insert.run({
        inboxSeq,
        toolCallId: call.toolCallId,
        tool: call.tool,
        arguments: JSON.stringify(call.arguments),
        sideEffects: call.sideEffects,
      });
    },
    move(inboxSeq, runId, toolCallId, to) {
      const calls = sameId
        .all({ inboxSeq, toolCallId })
        .map((row) => ({ seq: numeric(row, 'seq'), state: oneOf(row, 'state', TOOL_CALL_STATES) }));
      const call = calls.find(({ state }) => !isFinal(TOOL_CALL_TRANSITIONS, state)) ?? calls.at(-1);
      if (call === undefined) throw new IllegalTransitionError(`the turn of ${runId} has no tool call ${toolCallId}`);
      nextState(TOOL_CALL_TRANSITIONS, `tool call ${toolCallId} of ${runId}`, call.state, to);
      setState.run({ seq: call.seq, state: to });
    },
    ofTurn: (inboxSeq, runId) => ofTurn.all({ inboxSeq }).map((row) => toolCallRow(row, runId)),
  };
}

function toolCallRow(row: Row, runId: string): ToolCallRow {
  const args = json(row, 'arguments');
  return {
    runId,
    toolCallId: text(row, 'tool_call_id'),
    tool: text(row, 'tool'),
    arguments: isRecord(args) ? args : {},
    sideEffects: oneOf(row, 'side_effects', SIDE_EFFECTS),
    state: oneOf(row, 'state', TOOL_CALL_STATES),
  };
}
