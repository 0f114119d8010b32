import type { ReplyOrigin, RunEvent, RunOutcome } from '@chela/agent';
import type { ConfigService } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { DeliveryRepository, DeliveryRow } from '@chela/store';
import type { AccountName, AdapterCatalog, Connections } from '../kernel.ts';
import type { JudgeOutbound } from '../outbound/judge.ts';
import type { Outbox } from '../outbound/outbox.ts';
import { storedPart } from '../outbound/stored-part.ts';
import type { Throttle } from '../outbound/throttle.ts';
import { createLiveRun, type LiveRun } from './live-run.ts';
import { liveSettings } from './live-settings.ts';

/**
 * What people see of a run while it works: typing, a draft, blocks. It follows the runtime's events of runs that came
 * from a channel; nothing here is needed for the answer to arrive.
 */
export interface Live {
  hear(event: RunEvent): void;
  /** Ends what is shown of a run; resolves when nothing more comes of it. */
  finish(runId: string, outcome: RunOutcome): Promise<void>;
  /** A row was delivered. */
  delivered(row: DeliveryRow): void;
  close(): Promise<void>;
}

export interface LiveDeps {
  readonly deliveries: DeliveryRepository;
  readonly catalog: Pick<AdapterCatalog, 'load'>;
  readonly connections: Connections;
  readonly config: ConfigService;
  readonly settings: (account: AccountName) => Readonly<Record<string, unknown>>;
  readonly outbox: Pick<Outbox, 'add' | 'settled'>;
  readonly throttle: Throttle;
  readonly judge?: JudgeOutbound;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/** More runs than lanes let run at once; what is above is answered without being shown on the way. */
const MAX_FOLLOWED = 1_000;

export function createLive(deps: LiveDeps): Live {
  const { logger } = deps;
  const runs = new Map<string, Promise<LiveRun | undefined>>();

  async function open(event: RunEvent, origin: ReplyOrigin): Promise<LiveRun | undefined> {
    const facts = (await deps.catalog.load(origin.channel))?.facts;
    if (facts === undefined) return undefined;
    const agentId = agentIdOf(event.sessionKey);
    const settings = liveSettings({
      config: deps.config.current(),
      account: deps.settings(origin),
      facts,
      agentId,
      origin,
    });
    return createLiveRun(deps, { ...event, origin, agentId, facts, settings });
  }

  /** Events before a run is open wait for it, in their order. */
  function pass(runId: string, event: RunEvent): void {
    runs
      .get(runId)
      ?.then((run) => run?.hear(event))
      .catch((error: unknown) => logger.warn('a run cannot be shown while it works', { runId, error }));
  }

  async function finish(runId: string, outcome: RunOutcome): Promise<void> {
    try {
      const run = await runs.get(runId);
      await run?.finish(outcome);
    } catch (error) {
      logger.warn('what was shown of a run could not be ended', { runId, error });
    } finally {
      runs.delete(runId);
    }
  }

  return {
    hear(event) {
      const { origin, runId } = event;
      if (origin === undefined) return;
      if (!runs.has(runId)) {
        if (event.type === 'ended' || runs.size >= MAX_FOLLOWED) return;
        runs.set(runId, open(event, origin));
      }
      pass(runId, event);
      if (event.type === 'ended') void finish(runId, event.outcome);
    },
    finish,
    delivered(row) {
      if (row.state !== 'delivered' || storedPart(row)?.removesAck !== true) return;
      const { answers } = row;
      const connection = deps.connections.get(row);
      if (answers === undefined || connection?.react === undefined) return;
      const address = { to: row.to, ...(row.threadId !== undefined && { threadId: row.threadId }) };
      connection.react(address, answers, undefined).catch((error: unknown) => {
        logger.debug('a reaction could not be taken away', { channel: row.channel, error });
      });
    },
    async close() {
      const ids = [...runs.keys()];
      for (const id of ids) (await runs.get(id)?.catch(() => undefined))?.drop();
      runs.clear();
    },
  };
}

/** `agent:<id>:…` */
function agentIdOf(sessionKey: string): string {
  return sessionKey.split(':')[1] ?? '';
}
