import type { Clock, Logger } from '@chela/observability';
import type { DeliveryLane, DeliveryRow } from '@chela/store';

/**
 * Decides which conversations send now. A conversation sends one row at a time, the oldest first; many conversations
 * send at once, but an account never takes all places, so a slow peer only holds up its own.
 */
export interface LaneRunner {
  /** There may be something to do in a conversation. */
  kick(lane: DeliveryLane): void;
  /** Conversations that send or wait for a place. */
  readonly busy: number;
  /** Starts nothing any more and resolves when nothing is under way. */
  close(): Promise<void>;
}

/** What is next in a conversation after a look at its oldest row. */
export type LaneNext =
  | { readonly kind: 'next' }
  | { readonly kind: 'later'; readonly at: number }
  /** Nothing to do until somebody kicks it: the account cannot send. */
  | { readonly kind: 'parked' };

interface AccountLanes {
  readonly waiting: Map<string, DeliveryLane>;
  running: number;
}

const CONCURRENT_LANES = 32;
const CONCURRENT_LANES_PER_ACCOUNT = 8;
/** Rows that a conversation sends before another one may have its place. */
const ROWS_IN_A_ROW = 10;
/** After a failure of our own, e.g. a full disk. */
const OWN_FAILURE_PAUSE_MS = 5_000;

export function createLaneRunner(deps: {
  head(lane: DeliveryLane): Promise<DeliveryRow | undefined>;
  /** Does what there is to do with a row. */
  advance(row: DeliveryRow): Promise<LaneNext>;
  readonly clock: Clock;
  readonly logger: Logger;
}): LaneRunner {
  const { clock, logger } = deps;
  const accounts = new Map<string, AccountLanes>();
  /** Conversations under way; true when something new came meanwhile. */
  const running = new Map<string, boolean>();
  const timers = new Map<string, () => void>();
  const tasks = new Set<Promise<void>>();
  let closed = false;

  function accountOf(lane: DeliveryLane): AccountLanes {
    const name = JSON.stringify([lane.channel, lane.accountId]);
    const found = accounts.get(name) ?? { waiting: new Map(), running: 0 };
    accounts.set(name, found);
    return found;
  }

  function kick(lane: DeliveryLane): void {
    if (closed) return;
    const name = laneName(lane);
    timers.get(name)?.();
    timers.delete(name);
    if (running.has(name)) running.set(name, true);
    else {
      accountOf(lane).waiting.set(name, lane);
      pump();
    }
  }

  function pump(): void {
    if (closed) return;
    for (const account of accounts.values()) {
      for (const [name, lane] of account.waiting) {
        if (running.size >= CONCURRENT_LANES) return;
        if (account.running >= CONCURRENT_LANES_PER_ACCOUNT) break;
        account.waiting.delete(name);
        account.running += 1;
        running.set(name, false);
        const task = drain(lane).then((next) => {
          tasks.delete(task);
          account.running -= 1;
          const isKicked = running.get(name) === true;
          running.delete(name);
          rest(lane, isKicked ? { kind: 'next' } : next);
          pump();
        });
        tasks.add(task);
      }
    }
  }

  /** Never throws. */
  async function drain(lane: DeliveryLane): Promise<LaneNext> {
    try {
      for (let sent = 0; sent < ROWS_IN_A_ROW && !closed; sent += 1) {
        const row = await deps.head(lane);
        if (row === undefined) return { kind: 'parked' };
        const next = await deps.advance(row);
        if (next.kind !== 'next') return next;
      }
      return { kind: 'next' };
    } catch (error) {
      logger.error('a conversation could not send; it tries again', { channel: lane.channel, error });
      return { kind: 'later', at: clock.now() + OWN_FAILURE_PAUSE_MS };
    }
  }

  function rest(lane: DeliveryLane, next: LaneNext): void {
    if (closed || next.kind === 'parked') return;
    if (next.kind === 'next') {
      accountOf(lane).waiting.set(laneName(lane), lane);
      return;
    }
    timers.set(
      laneName(lane),
      clock.after(Math.max(0, next.at - clock.now()), () => kick(lane)),
    );
  }

  return {
    kick,
    get busy() {
      return running.size + [...accounts.values()].reduce((sum, { waiting }) => sum + waiting.size, 0);
    },
    async close() {
      closed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await Promise.all(tasks);
    },
  };
}

function laneName({ channel, accountId, to }: DeliveryLane): string {
  return JSON.stringify([channel, accountId, to]);
}
