import { json, numeric, numericOrUndefined, oneOf, type Row, text, textOrUndefined } from '../database/columns.ts';
import type { DeliveryLane, DeliveryRow, DeliveryState } from '../deliveries.ts';

export const DELIVERY_STATES: readonly DeliveryState[] = ['pending', 'sending', 'ambiguous', 'delivered', 'dead'];

/** A chat as one word; no two have the same. */
export function laneName({ channel, accountId, to }: DeliveryLane): string {
  return JSON.stringify([channel, accountId, to]);
}

/** The chat that a row belongs to. */
export function laneOf(row: Row): DeliveryLane {
  return { channel: text(row, 'channel'), accountId: text(row, 'account_id'), to: text(row, 'target') };
}

export function deliveryRow(row: Row): DeliveryRow {
  const threadId = textOrUndefined(row, 'thread_id');
  const readyAt = numericOrUndefined(row, 'ready_at');
  const endedAt = numericOrUndefined(row, 'ended_at');
  const receipt = json(row, 'receipt');
  const reason = textOrUndefined(row, 'reason');
  const runId = textOrUndefined(row, 'run_id');
  const sessionKey = textOrUndefined(row, 'session_key');
  const agentId = textOrUndefined(row, 'agent_id');
  const answers = textOrUndefined(row, 'answers');
  const mirror = json(row, 'mirror');
  return {
    id: numeric(row, 'id'),
    key: text(row, 'key'),
    partIndex: numeric(row, 'part_index'),
    ...laneOf(row),
    ...(threadId !== undefined && { threadId }),
    state: oneOf(row, 'state', DELIVERY_STATES),
    part: json(row, 'part'),
    attempts: numeric(row, 'attempts'),
    failures: numeric(row, 'failures'),
    createdAt: numeric(row, 'created_at'),
    ...(readyAt !== undefined && { readyAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(receipt !== undefined && { receipt }),
    ...(reason !== undefined && { reason }),
    ...(runId !== undefined && { runId }),
    ...(sessionKey !== undefined && { sessionKey }),
    ...(agentId !== undefined && { agentId }),
    ...(answers !== undefined && { answers }),
    bestEffort: numeric(row, 'best_effort') === 1,
    ...(mirror !== undefined && { mirror }),
  };
}
