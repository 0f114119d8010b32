import { json, jsonColumn, numeric, oneOf, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { DeliveryRepository, DeliveryRow, DeliveryStep, NewDelivery } from '../deliveries.ts';
import { DELIVERY_TRANSITIONS, nextState } from '../states.ts';
import { DELIVERY_STATES, deliveryRow, laneName, laneOf } from './delivery-row.ts';
import { createDeliveryTable } from './delivery-table.ts';

/** Deliveries in the database: single writer of `deliveries` rows. Every method is one transaction. */
export function createDeliveries(deps: {
  readonly database: Database;
  /** The lease: the process that sends a row. */
  readonly generation: string;
  readonly now: () => number;
}): DeliveryRepository {
  const { database, generation, now } = deps;
  const table = createDeliveryTable(database);

  function known(id: number): DeliveryRow {
    const row = table.find.get({ id });
    if (row === undefined) throw new Error(`there is no delivery ${id}`);
    return deliveryRow(row);
  }

  function write(row: DeliveryRow): DeliveryRow {
    table.update.run({
      id: row.id,
      state: row.state,
      part: JSON.stringify(row.part),
      attempts: row.attempts,
      failures: row.failures,
      generation,
      readyAt: row.readyAt ?? null,
      endedAt: row.endedAt ?? null,
      receipt: jsonColumn(row.receipt),
      reason: row.reason ?? null,
    });
    return row;
  }

  function insert(row: NewDelivery): void {
    const at = now();
    table.insert.run({
      key: row.key,
      partIndex: row.partIndex,
      channel: row.channel,
      accountId: row.accountId,
      target: row.to,
      threadId: row.threadId ?? null,
      lane: laneName(row),
      part: JSON.stringify(row.part),
      generation,
      createdAt: at,
      readyAt: Math.max(at, row.notBefore ?? 0),
      runId: row.runId ?? null,
      sessionKey: row.sessionKey ?? null,
      agentId: row.agentId ?? null,
      answers: row.answers ?? null,
      bestEffort: row.bestEffort === true ? 1 : 0,
      mirror: jsonColumn(row.mirror),
    });
  }

  const ofKey = (key: string): readonly DeliveryRow[] => table.ofKey.all({ key }).map(deliveryRow);

  return {
    async add(rows) {
      const [first] = rows;
      if (first === undefined) return { created: false, rows: [] };
      return database.transaction(() => {
        const before = ofKey(first.key);
        if (before.length > 0) return { created: false, rows: before };
        for (const row of rows) insert(row);
        return { created: true, rows: ofKey(first.key) };
      });
    },
    async find(id) {
      const row = table.find.get({ id });
      return row && deliveryRow(row);
    },
    ofKey: async (key) => ofKey(key),
    ofRun: async (runId) => table.ofRun.all({ runId }).map(deliveryRow),
    async head(lane) {
      const row = table.head.get({ lane: laneName(lane) });
      return row && deliveryRow(row);
    },
    waitingLanes: async (limit) => table.waitingLanes.all({ limit }).map(laneOf),
    start: async (id) =>
      database.transaction(() => {
        const row = known(id);
        const state = nextState(DELIVERY_TRANSITIONS, `delivery ${id}`, row.state, 'sending');
        return write({ ...row, state, attempts: row.attempts + 1 });
      }),
    step: async (id, step) =>
      database.transaction(() => {
        const row = known(id);
        nextState(DELIVERY_TRANSITIONS, `delivery ${id}`, row.state, step.to);
        return write(stepped(row, step, now()));
      }),
    async postpone(id, { readyAt, reason, part, failures }) {
      database.transaction(() => {
        const row = known(id);
        if (row.readyAt === undefined) return;
        write({
          ...row,
          readyAt,
          failures: failures ?? row.failures,
          part: part ?? row.part,
          ...(reason !== undefined && { reason }),
        });
      });
    },
    takeOver: async (reason) =>
      database.transaction(() => table.takeOver.run({ generation, at: now(), reason }).changes),
    receiptsBefore: async (lane, id, limit) =>
      table.receiptsBefore
        .all({ lane: laneName(lane), id, limit })
        .map((row) => json(row, 'receipt'))
        .reverse(),
    earlierReceipts: async ({ id, channel, accountId, createdAt }, limit) =>
      table.earlierReceipts
        .all({ id, channel, accountId, createdAt, limit })
        .map((row) => json(row, 'receipt'))
        .reverse(),
    newestReceipts: async ({ channel, accountId }, limit) =>
      table.newestReceipts
        .all({ channel, accountId, limit })
        .map((row) => json(row, 'receipt'))
        .reverse(),
    sentFor: async (lane, sessionKey, since, limit) =>
      table.sentFor.all({ lane: laneName(lane), sessionKey, since, limit }).map(deliveryRow),
    unmirrored: async (limit) => table.unmirrored.all({ limit }).map(deliveryRow),
    mirrored: async (id) => database.transaction(() => void table.mirrored.run({ id })),
    list: async ({ channel, states, limit }) =>
      table.list
        .all({ channel: channel ?? '', states: JSON.stringify(states ?? DELIVERY_STATES), limit })
        .map(deliveryRow),
    depths: async () =>
      table.depths.all({}).map((row) => ({
        channel: text(row, 'channel'),
        state: oneOf(row, 'state', DELIVERY_STATES),
        rows: numeric(row, 'total'),
      })),
    withdraw: async (id) =>
      database.transaction(() => {
        const row = table.find.get({ id });
        if (row === undefined || deliveryRow(row).state !== 'pending') return false;
        table.remove.run({ id });
        return true;
      }),
    openFiles: async () => table.openFiles.all({}).map((row) => text(row, 'file')),
    prune: async (before, limit) =>
      database.transaction(() => {
        const ended = table.ended.all({ ...before, limit });
        for (const row of ended) table.remove.run({ id: numeric(row, 'id') });
        return ended.map((row) => json(row, 'part'));
      }),
  };
}

/** The row after a step that is allowed. Pure. */
function stepped(row: DeliveryRow, step: DeliveryStep, now: number): DeliveryRow {
  const { readyAt: _, endedAt: __, reason: ___, ...kept } = row;
  switch (step.to) {
    case 'delivered':
      return { ...kept, state: 'delivered', receipt: step.receipt, endedAt: now };
    case 'pending':
      return {
        ...kept,
        state: 'pending',
        readyAt: step.readyAt,
        failures: step.failures ?? row.failures,
        part: step.part ?? row.part,
        ...(step.reason !== undefined && { reason: step.reason }),
      };
    case 'ambiguous':
      return {
        ...kept,
        state: 'ambiguous',
        reason: step.reason,
        failures: step.failures ?? row.failures,
        ...(step.lookAt === undefined ? { endedAt: now } : { readyAt: step.lookAt }),
      };
    case 'dead':
      return { ...kept, state: 'dead', reason: step.reason, endedAt: now };
  }
}
