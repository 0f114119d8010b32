import type { AccountName } from '../kernel.ts';
import type { InboundDeps } from './inbound-deps.ts';
import { pause } from './pause.ts';

/** Pauses before a message is tried again that something of ours did not let through. */
const RETRY_PAUSES_MS = [500, 3_000, 15_000] as const;

/** Work on rows of the inbox: it is tried until it is through, and ends in a state that can be seen. */
export interface RowWork {
  /** Aborted when the gateway ends; what is unfinished then is for the next process. */
  readonly signal: AbortSignal;
  /** Writes what became of rows, and counts it. */
  end(
    account: AccountName,
    ids: readonly number[],
    state: 'handed' | 'declined' | 'failed',
    reason?: string,
  ): Promise<void>;
  /** Runs work on rows until it is through; what never gets through is a failure that can be seen. */
  withRetries(account: AccountName, ids: readonly number[], work: () => Promise<void>): Promise<void>;
}

export function createRowWork(
  { store, clock, logger, metrics }: Pick<InboundDeps, 'store' | 'clock' | 'logger' | 'metrics'>,
  signal: AbortSignal,
): RowWork {
  const end: RowWork['end'] = async (account, ids, state, reason) => {
    await store.channelInbox.end(ids, state, reason);
    metrics.count('chela_channel_messages_total', { channel: account.channel, outcome: state });
  };
  return {
    signal,
    end,
    async withRetries(account, ids, work) {
      for (const pauseMs of [...RETRY_PAUSES_MS, undefined]) {
        if (signal.aborted) return;
        try {
          return await work();
        } catch (error) {
          if (signal.aborted) return;
          logger.error('a message of a channel could not be handled', { channel: account.channel, ids, error });
          if (pauseMs === undefined) {
            await end(account, ids, 'failed', error instanceof Error ? error.message : String(error));
            return;
          }
          await pause(clock, pauseMs, signal);
        }
      }
    },
  };
}
