import type { Clock, Logger, Metrics } from '@chela/observability';
import type { DeliveryRepository, DeliveryRow, DeliveryStep } from '@chela/store';
import { ChannelError } from '../contract/channel-error.ts';
import type { ChannelConnection } from '../contract/connection.ts';
import type { ChannelFacts } from '../contract/facts.ts';
import type { OutboundAddress, OutboundPart, SendReceipt } from '../contract/outbound.ts';
import type { AccountName, AdapterCatalog, Connections } from '../kernel.ts';
import type { JudgeOutbound } from './judge.ts';
import type { LaneNext } from './lane-runner.ts';
import type { OutboundMediaFiles } from './media/create-outbound-media.ts';
import { isWebAddress } from './media/create-outbound-media.ts';
import {
  afterFailure,
  again,
  asNewMessage,
  type FailedAttempt,
  lookAgain,
  type RetrySettings,
} from './retry-policy.ts';
import { awaitedRow, mediaOf, storedPart, storedReceipt } from './stored-part.ts';
import type { Throttle } from './throttle.ts';

/**
 * One look at the oldest row of a conversation: it is sent, looked for, or waits. The row is the truth: it says
 * `sending` before the vendor hears of it, and `delivered` only with the vendor's receipt.
 */
export interface SendRowDeps {
  readonly deliveries: DeliveryRepository;
  readonly catalog: Pick<AdapterCatalog, 'load'>;
  readonly connections: Connections;
  readonly media: OutboundMediaFiles;
  readonly throttle: Throttle;
  readonly judge: JudgeOutbound | undefined;
  readonly retry: (account: AccountName) => RetrySettings;
  readonly mediaMaxBytes: (account: AccountName, facts: ChannelFacts) => number;
  /** A row reached a state that somebody may wait for. */
  readonly ended: (row: DeliveryRow) => Promise<void>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A vendor that does not answer in this time has perhaps done what it was asked. */
const SEND_TIMEOUT_MS = 60_000;
const UPLOAD_TIMEOUT_MS = 5 * 60_000;
const LOOK_TIMEOUT_MS = 30_000;
const HOLD_MS = 30_000;
/** Receipts that help to find a message in doubt. */
const KNOWN_RECEIPTS = 20;
/** More, since they are those of all conversations. */
const ACCOUNT_RECEIPTS = 100;
/** Pauses before a result that could not be written is tried again. */
const STORE_RETRY_DELAYS_MS = [50, 250, 1_000] as const;

export function createRowSender(deps: SendRowDeps): (row: DeliveryRow) => Promise<LaneNext> {
  const { deliveries, clock, logger, metrics } = deps;

  async function step(row: DeliveryRow, to: DeliveryStep): Promise<LaneNext> {
    const next = await written(() => deliveries.step(row.id, to));
    if (next.readyAt !== undefined) return next.readyAt <= clock.now() ? NEXT : { kind: 'later', at: next.readyAt };
    metrics.count('chela_deliveries_total', { channel: row.channel, outcome: next.state });
    if (next.state === 'delivered') {
      metrics.observe('chela_delivery_seconds', (clock.now() - row.createdAt) / 1000, { channel: row.channel });
      deps.connections.noteOutbound(row);
    } else {
      logger.warn('a message was not delivered', {
        channel: row.channel,
        deliveryId: row.id,
        state: next.state,
        reason: next.reason,
      });
    }
    if (next.state === 'delivered') await deps.media.forget(mediaOf(row)).catch((error: unknown) => warn(error));
    await deps.ended(next);
    return NEXT;
  }

  const warn = (error: unknown): void => logger.warn('files of a message could not be removed', { error });

  /** A disk that is full for a moment must not make a delivered message doubtful. */
  async function written<T>(write: () => Promise<T>): Promise<T> {
    for (const delayMs of STORE_RETRY_DELAYS_MS) {
      try {
        return await write();
      } catch (error) {
        if (error instanceof Error && error.name === 'IllegalTransitionError') throw error;
        logger.error('the state of a message could not be written', { error });
        await new Promise<void>((resume) => clock.after(delayMs, resume));
      }
    }
    return write();
  }

  const moment = (row: DeliveryRow) => ({ settings: deps.retry(row), now: clock.now(), random: deps.random() });

  async function look(
    row: DeliveryRow,
    part: OutboundPart,
    connection: ChannelConnection,
    facts: ChannelFacts,
  ): Promise<LaneNext> {
    const failed = failedAttempt(row, part, facts);
    const reason = row.reason ?? 'the connection broke while it was sent';
    // The vendor shows it once, however often it hears of it; the same holds for a removal and an edit.
    const isRepeatable = facts.takesIdempotencyKey || part.kind === 'edit' || part.kind === 'delete';
    if (isRepeatable) return step(row, again({ failures: row.failures, bestEffort: false }, reason, moment(row)));
    const reconcile = connection.reconcile?.bind(connection);
    if (reconcile === undefined) return step(row, { to: 'ambiguous', reason });
    const [before, earlier, newest] = await Promise.all([
      deliveries.receiptsBefore(row, row.id, KNOWN_RECEIPTS),
      deliveries.earlierReceipts(row, ACCOUNT_RECEIPTS),
      deliveries.newestReceipts(row, ACCOUNT_RECEIPTS),
    ]);
    const read = (receipts: readonly unknown[]) => receipts.flatMap((receipt) => storedReceipt(receipt) ?? []);
    const known = {
      receipts: read(before),
      earlier: read(earlier),
      newest: read(newest),
      ...(row.answers !== undefined && { inboundMessageId: row.answers }),
    };
    let found: SendReceipt | 'absent' | { readonly unknown: string };
    try {
      found = await withDeadline(LOOK_TIMEOUT_MS, (signal) => reconcile(addressOf(row), part, known, signal));
    } catch (error) {
      if (isRevoked(error)) return revoke(row, error);
      return step(row, lookAgain(failed, reason, moment(row)));
    }
    if (found === 'absent') return step(row, again({ failures: row.failures, bestEffort: false }, reason, moment(row)));
    if ('unknown' in found) return step(row, { to: 'ambiguous', reason: `${reason}; ${found.unknown}` });
    return step(row, { to: 'delivered', receipt: found });
  }

  /** The part as it can be sent now: files fetched, drafts known. */
  async function ready(row: DeliveryRow, part: OutboundPart, facts: ChannelFacts): Promise<OutboundPart> {
    const awaited = awaitedRow(part);
    if (awaited !== undefined && (part.kind === 'edit' || part.kind === 'delete')) {
      const draft = await deliveries.find(awaited);
      const receipt = storedReceipt(draft?.receipt);
      return receipt === undefined ? (asNewMessage(part) ?? part) : { ...part, messageId: receipt.messageId };
    }
    if (part.kind !== 'media' || !isWebAddress(part.media.path)) return part;
    const media = await deps.media.fetched(part.media, deps.mediaMaxBytes(row, facts), deps.signal);
    return { ...part, media };
  }

  async function send(
    row: DeliveryRow,
    part: OutboundPart,
    connection: ChannelConnection,
    facts: ChannelFacts,
  ): Promise<LaneNext> {
    const account = `${row.channel} ${row.accountId}`;
    const waitMs = deps.throttle.waitMs(account, row.to, facts.limits.pace);
    if (waitMs > 0) return { kind: 'later', at: clock.now() + waitMs };
    const key = `${row.key}:${row.partIndex}`;
    const verdict = await deps.judge?.({
      key,
      account: row,
      to: row.to,
      part,
      isReply: row.answers !== undefined,
      ...(row.threadId !== undefined && { threadId: row.threadId }),
      ...(row.runId !== undefined && { runId: row.runId }),
      ...(row.sessionKey !== undefined && { sessionKey: row.sessionKey }),
      ...(row.agentId !== undefined && { agentId: row.agentId }),
    });
    if (verdict?.kind === 'refuse') return step(row, { to: 'dead', reason: verdict.reason });
    if (verdict?.kind === 'hold') {
      const readyAt = clock.now() + HOLD_MS;
      await deliveries.postpone(row.id, { readyAt, reason: verdict.reason });
      return { kind: 'later', at: readyAt };
    }
    const started = await deliveries.start(row.id);
    deps.throttle.take(account, row.to, facts.limits.pace);
    const timeoutMs = part.kind === 'media' ? UPLOAD_TIMEOUT_MS : SEND_TIMEOUT_MS;
    try {
      const receipt = await withDeadline(timeoutMs, (signal) => connection.send(addressOf(row), part, { key, signal }));
      return await step(started, { to: 'delivered', receipt });
    } catch (error) {
      // The gateway stops: the row stays as it is, and the next process looks whether it arrived.
      if (deps.signal.aborted) return { kind: 'parked' };
      const failure = channelError(error);
      logger.info('a message could not be sent', {
        channel: row.channel,
        deliveryId: row.id,
        class: failure.class,
        error,
      });
      const next = await step(started, afterFailure(failedAttempt(started, part, facts), failure, moment(started)));
      return failure.class === 'unauthorized' ? revoke(row, failure) : next;
    }
  }

  function revoke(row: DeliveryRow, error: Error): LaneNext {
    deps.connections.revoked(row, error.message);
    return { kind: 'parked' };
  }

  async function withDeadline<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const signal = AbortSignal.any([late.signal, deps.signal]);
    const given = new ChannelError('ambiguous', `the channel did not answer within ${timeoutMs / 1000} s`);
    return await new Promise<T>((resolve, reject) => {
      deps.signal.throwIfAborted();
      const cancel = clock.after(timeoutMs, () => late.abort(given));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      work(signal)
        .then(resolve, reject)
        .finally(() => cancel());
    });
  }

  return async (row) => {
    if (row.readyAt !== undefined && row.readyAt > clock.now()) return { kind: 'later', at: row.readyAt };
    const part = storedPart(row);
    // Rows of a newer program stay for it.
    if (part === undefined) return { kind: 'parked' };
    // Its result could not be written; whether it arrived is looked for like after a crash.
    if (row.state === 'sending')
      return step(row, { to: 'ambiguous', reason: 'its result was lost', lookAt: clock.now() });
    const connection = deps.connections.get(row);
    const facts = (await deps.catalog.load(row.channel))?.facts;
    if (connection === undefined || facts === undefined) return { kind: 'parked' };
    if (row.state === 'ambiguous') return look(row, part, connection, facts);
    let now: OutboundPart;
    try {
      now = await ready(row, part, facts);
    } catch (error) {
      const failure = channelError(error);
      const to = withoutMedia(row, part, failure, moment(row));
      logger.info('a file of a message could not be had', {
        channel: row.channel,
        deliveryId: row.id,
        class: failure.class,
        error,
      });
      if (to.to !== 'pending') return step(row, to);
      await deliveries.postpone(row.id, to);
      return { kind: 'later', at: to.readyAt };
    }
    if (now.kind === 'delete' && awaitedRow(now) !== undefined) {
      return step(row, { to: 'dead', reason: 'there is nothing to take away' });
    }
    if (now !== part) await deliveries.postpone(row.id, { readyAt: clock.now(), part: now });
    return send(now === part ? row : { ...row, part: now }, now, connection, facts);
  };
}

const NEXT: LaneNext = { kind: 'next' };
const MEDIA_NOTE = '⚠️ A file could not be attached';

function addressOf(row: DeliveryRow): OutboundAddress {
  return { to: row.to, ...(row.threadId !== undefined && { threadId: row.threadId }) };
}

function isAnswer(row: DeliveryRow): boolean {
  return row.runId !== undefined;
}

function failedAttempt(row: DeliveryRow, part: OutboundPart, facts: ChannelFacts): FailedAttempt {
  return {
    part,
    failures: row.failures,
    bestEffort: row.bestEffort === true,
    createdAt: row.createdAt,
    isAnswer: isAnswer(row),
    takesIdempotencyKey: facts.takesIdempotencyKey,
  };
}

function isRevoked(error: unknown): error is ChannelError {
  return error instanceof ChannelError && error.class === 'unauthorized';
}

/** An error without a class says nothing about whether the message arrived. */
function channelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ChannelError('ambiguous', message, { cause: error });
}

/** A file that cannot be had: tried again, or said in the answer's place. Nothing was sent yet. */
function withoutMedia(
  row: DeliveryRow,
  part: OutboundPart,
  error: ChannelError,
  moment: Parameters<typeof again>[2],
): DeliveryStep {
  const later =
    error.class === 'refused'
      ? undefined
      : again({ failures: row.failures, bestEffort: row.bestEffort === true }, error.message, moment);
  if (later !== undefined && later.to === 'pending') return later;
  if (!isAnswer(row) || part.kind !== 'media') return { to: 'dead', reason: error.message };
  const { media: _, caption, ...rest } = part;
  const note = `${MEDIA_NOTE}: ${error.message}`;
  const plain = caption === undefined ? note : `${caption.plain}\n\n${note}`;
  const text = { text: plain, plain, isPlain: true as const };
  return { to: 'pending', readyAt: moment.now, reason: error.message, part: { ...rest, kind: 'text', text } };
}
