import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentRuntime } from '@chela/agent';
import type { ConfigService } from '@chela/config';
import type { Clock, Logger, Metrics } from '@chela/observability';
import { createTaskScope } from '@chela/observability';
import type { DeliveryRepository, DeliveryRow, Store } from '@chela/store';
import { createTargetGuard, type TargetGuard } from '@chela/tools';
import type { AccountName, AdapterCatalog, Connections, Delivery, Outbound } from '../kernel.ts';
import { createLive } from '../live/create-live.ts';
import { replySettings } from '../reply/reply-settings.ts';
import type { JudgeOutbound } from './judge.ts';
import { createOutboundMedia } from './media/create-outbound-media.ts';
import { createMirrorSent } from './mirror-sent.ts';
import { createOutbox } from './outbox.ts';
import { createReplyWriter } from './reply-writer.ts';
import { retrySettings } from './retry-policy.ts';
import { createRowSender } from './send-row.ts';
import { createSendingEnds, type SendingEnd } from './sending-ends.ts';
import { createSendingWriter } from './sending-writer.ts';
import { deliveryOf, mediaOf } from './stored-part.ts';
import { takeOverQueue } from './take-over-queue.ts';
import { createThrottle } from './throttle.ts';

export interface OutboundDeps {
  readonly deliveries: DeliveryRepository;
  /** For what sessions are told of messages that went to them from outside of a turn; absent: nothing. */
  readonly store?: Pick<Store, 'sessions' | 'transcripts'>;
  /** Whoever wants to hear what became of messages; undefined while nobody does. */
  readonly listener?: () => ((end: SendingEnd) => void) | undefined;
  readonly catalog: Pick<AdapterCatalog, 'load'>;
  readonly connections: Connections;
  readonly config: ConfigService;
  /** `channels.<id>` with the account's own settings laid over it, as they are now. */
  readonly settings: (account: AccountName) => Readonly<Record<string, unknown>>;
  readonly workspaceDir: (agentId: string) => string;
  /** Absent: everything may leave. */
  readonly judge?: JudgeOutbound;
  /** For media from the web; absent: the guard of the web tools. */
  readonly guard?: TargetGuard;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random?: () => number;
}

export interface OutboundKernel extends Outbound {
  /** Shows runs while they work: typing, drafts, blocks. Call once, when the runtime is there. Returns what ends it. */
  follow(runtime: Pick<AgentRuntime, 'subscribe'>): () => void;
}

const TIDY_EVERY_MS = 60_000;
/** Delivered rows explain for so long what was said; dead ones wait for an operator. */
const DELIVERED_RETENTION_MS = 7 * 24 * 60 * 60_000;
const DEAD_RETENTION_MS = 30 * 24 * 60 * 60_000;
const PRUNED_AT_ONCE = 500;
/** What a close leaves to sends that are under way. */
const CLOSE_GRACE_MS = 5_000;
const MAX_LISTED = 1_000;

/** The outbound half of the channels: the one place that writes, sends, retries and gives up messages. */
export function createOutbound(deps: OutboundDeps): OutboundKernel {
  const { deliveries, clock, logger, metrics, config } = deps;
  const { stateDir } = config.paths;
  const random = deps.random ?? Math.random;
  const stop = new AbortController();
  const scope = createTaskScope(logger);
  const media = createOutboundMedia({
    folder: join(stateDir, 'chela', 'outbound-media'),
    stateDir,
    tempDir: tmpdir(),
    guard: deps.guard ?? createTargetGuard(),
  });
  const ends = createSendingEnds({
    deliveries,
    mirror: deps.store && createMirrorSent({ store: deps.store, clock }),
    listener: deps.listener ?? (() => undefined),
    logger,
  });
  const throttle = createThrottle(() => clock.now());
  const advance = createRowSender({
    ...deps,
    media,
    throttle,
    judge: deps.judge,
    retry: (account) => retrySettings(deps.settings(account)),
    mediaMaxBytes: (account, facts) =>
      replySettings({ config: config.current(), account: deps.settings(account), facts, agentId: '' }).mediaMaxBytes,
    async ended(row) {
      await ends.ended(row);
      outbox.ended(row);
      live.delivered(row);
    },
    signal: stop.signal,
    random,
  });
  const outbox = createOutbox({ deliveries, advance, clock, logger, metrics });
  const live = createLive({ ...deps, outbox, throttle, random });
  const replies = createReplyWriter({ ...deps, media, outbox, live });
  const sendings = createSendingWriter({ ...deps, media, outbox });
  let cancelTidy = (): void => {};

  async function tidy(): Promise<void> {
    const now = clock.now();
    const before = { delivered: now - DELIVERED_RETENTION_MS, dead: now - DEAD_RETENTION_MS };
    const gone = await deliveries.prune(before, PRUNED_AT_ONCE);
    await media.forget(gone.flatMap((part) => mediaOf({ part })));
    await outbox.measure();
  }

  function tidyLater(): void {
    cancelTidy = clock.after(TIDY_EVERY_MS, () => {
      scope.run('tidy the outbox', tidy);
      tidyLater();
    });
  }

  /** Only to be called with a row that can be read. */
  function shown(row: DeliveryRow): Delivery {
    const delivery = deliveryOf(row);
    if (delivery === undefined) throw new Error(`delivery ${row.id} was written by a newer version`);
    return delivery;
  }

  return {
    deliver: replies.deliver,
    tell: replies.tell,
    async enqueue(sending) {
      return (await sendings.enqueue(sending)).map(shown);
    },
    async settled(ids, timeoutMs) {
      return (await outbox.settled(ids, timeoutMs)).map(shown);
    },
    async answered(runId, timeoutMs) {
      const rows = await deliveries.ofKey(runId);
      const ended = await outbox.settled(
        rows.map(({ id }) => id),
        timeoutMs,
      );
      return ended.map(shown);
    },
    notify: sendings.notify,
    wake(account) {
      scope.run('wake an account', () => outbox.kickAll(account));
    },
    async list({ channel, states, limit }) {
      const rows = await deliveries.list({
        limit: Math.min(limit, MAX_LISTED),
        ...(channel !== undefined && { channel }),
        ...(states !== undefined && { states }),
      });
      return rows.flatMap((row) => deliveryOf(row) ?? []);
    },
    async retry(id) {
      const row = await deliveries.step(id, { to: 'pending', readyAt: clock.now(), failures: 0 });
      outbox.kick(row);
      return shown(row);
    },
    async drop(id) {
      const before = await deliveries.find(id);
      const row =
        before?.state === 'dead'
          ? before
          : await deliveries.step(id, { to: 'dead', reason: 'dropped by the operator' });
      await media.forget(mediaOf(row));
      outbox.ended(row);
      outbox.kick(row);
      return shown(row);
    },
    async recover() {
      const inDoubt = await deliveries.takeOver('the gateway stopped while it was sent');
      await media.sweep(new Set(await deliveries.openFiles()));
      tidyLater();
      scope.run('tell sessions what was sent', ends.recover);
      const waiting = await outbox.measure();
      await outbox.kickAll();
      scope.run('take over the delivery queue', async () => {
        const taken = await takeOverQueue(join(stateDir, 'delivery-queue'), sendings.takeOver);
        if (taken > 0) logger.info('messages of the delivery queue were taken over', { files: taken });
      });
      return waiting + inDoubt;
    },
    follow: (runtime) => runtime.subscribe(live.hear),
    async close() {
      cancelTidy();
      await live.close();
      const cancel = clock.after(CLOSE_GRACE_MS, () => stop.abort(new Error('the gateway stops')));
      await outbox.close();
      cancel();
      stop.abort(new Error('the gateway stops'));
      await scope.close();
    },
  };
}
