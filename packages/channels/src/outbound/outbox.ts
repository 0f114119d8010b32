import type { Clock, Logger, Metrics } from '@chela/observability';
import type { DeliveryLane, DeliveryRepository, DeliveryRow, NewDelivery } from '@chela/store';
import { createLaneRunner, type LaneNext } from './lane-runner.ts';
import { createSettledWaits } from './settled.ts';

/**
 * The rows on their way and those who send them: what is added here leaves, or says why not. Single starter of
 * conversations; `send-row.ts` is the single sender.
 */
export interface Outbox {
  /** Writes a sending once and sets its conversation going. */
  add(rows: readonly NewDelivery[]): Promise<readonly DeliveryRow[]>;
  kick(lane: DeliveryLane): void;
  /** Sets every conversation going in which something waits; those of one account when it is named. */
  kickAll(account?: { readonly channel: string; readonly accountId: string }): Promise<void>;
  /** Resolves when all rows are over or in doubt until an operator decides, or after `timeoutMs`. */
  settled(ids: readonly number[], timeoutMs: number): Promise<readonly DeliveryRow[]>;
  ended(row: DeliveryRow): void;
  /** Counts what waits and shows it as metrics. Returns how many rows wait. */
  measure(): Promise<number>;
  close(): Promise<void>;
}

/** More conversations than this never wait at once, because `enqueue` refuses earlier. */
const MAX_LANES = 50_000;

export function createOutbox(deps: {
  readonly deliveries: DeliveryRepository;
  readonly advance: (row: DeliveryRow) => Promise<LaneNext>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): Outbox {
  const { deliveries, clock, logger, metrics } = deps;
  const lanes = createLaneRunner({ head: deliveries.head, advance: deps.advance, clock, logger });
  const waits = createSettledWaits(clock);
  /** Label pairs that were shown and must go back to 0 when they are gone. */
  const shown = new Map<string, { readonly channel: string; readonly state: string }>();

  return {
    async add(rows) {
      const added = await deliveries.add(rows);
      const [first] = added.rows;
      if (added.created && first !== undefined) lanes.kick(laneOf(first));
      return added.rows;
    },
    kick: lanes.kick,
    async kickAll(account) {
      for (const lane of await deliveries.waitingLanes(MAX_LANES)) {
        const isMeant =
          account === undefined || (lane.channel === account.channel && lane.accountId === account.accountId);
        if (isMeant) lanes.kick(lane);
      }
    },
    settled: (ids, timeoutMs) =>
      waits.wait(ids, timeoutMs, async () => {
        const rows = (await Promise.all(ids.map((id) => deliveries.find(id)))).filter((row) => row !== undefined);
        return { over: rows.every(({ readyAt }) => readyAt === undefined), rows };
      }),
    ended: waits.ended,
    async measure() {
      const depths = await deliveries.depths();
      for (const labels of shown.values()) metrics.gauge('chela_delivery_depth', 0, labels);
      for (const { channel, state, rows } of depths) {
        shown.set(`${channel} ${state}`, { channel, state });
        metrics.gauge('chela_delivery_depth', rows, { channel, state });
      }
      return depths.reduce(
        (sum, { state, rows }) => (state === 'pending' || state === 'sending' ? sum + rows : sum),
        0,
      );
    },
    async close() {
      waits.close();
      await lanes.close();
    },
  };
}

export function laneOf({ channel, accountId, to }: DeliveryLane): DeliveryLane {
  return { channel, accountId, to };
}
