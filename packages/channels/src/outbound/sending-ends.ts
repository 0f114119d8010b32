import type { Logger } from '@chela/observability';
import type { DeliveryRepository, DeliveryRow } from '@chela/store';
import { draftKey } from '../live/row-keys.ts';
import { type DeliveryMirror, readMirror } from './mirror-sent.ts';
import { storedPart, storedReceipt } from './stored-part.ts';

/** What became of a sending, all its parts together (reference agent/automation.md §4.2 `message:sent`). */
export interface SendingEnd {
  readonly channel: string;
  readonly accountId: string;
  /** In the channel's own writing. */
  readonly to: string;
  /** As it was written, where that is known; else what people read of it. */
  readonly content: string;
  readonly success: boolean;
  /** Why not. */
  readonly error?: string;
  /** The vendor's id of its last message. */
  readonly messageId?: string;
  /** Of the conversation that it went to, else of the one that sent it. */
  readonly sessionKey?: string;
}

/** Who hears of sendings that are over: hooks, and the sessions they went to. */
export interface SendingEnds {
  /** A row was delivered or given up. Never rejects. */
  ended(row: DeliveryRow): Promise<void>;
  /** Tells sessions what an earlier process could not. */
  recover(): Promise<void>;
}

const RECOVERED_AT_ONCE = 1_000;

export function createSendingEnds(deps: {
  readonly deliveries: Pick<DeliveryRepository, 'ofKey' | 'unmirrored' | 'mirrored'>;
  /** Absent: sessions are told nothing. */
  readonly mirror: ((key: string, mirror: DeliveryMirror) => Promise<void>) | undefined;
  /** Undefined while nobody listens. */
  readonly listener: () => ((end: SendingEnd) => void) | undefined;
  readonly logger: Logger;
}): SendingEnds {
  const { deliveries, logger } = deps;

  async function mirrored(rows: readonly DeliveryRow[]): Promise<void> {
    const row = rows.find(({ mirror }) => mirror !== undefined);
    const mirror = readMirror(row?.mirror);
    if (row === undefined || deps.mirror === undefined || !rows.every(isDelivered)) return;
    if (mirror !== undefined) await deps.mirror(row.key, mirror);
    await deliveries.mirrored(row.id);
  }

  return {
    async ended(row) {
      const listener = deps.listener();
      const isDraft = row.key.startsWith(draftKey(row.runId ?? ''));
      // An answer stands in its session already.
      if (isDraft || (listener === undefined && row.runId !== undefined)) return;
      try {
        const rows = await deliveries.ofKey(row.key);
        if (!rows.every((one) => isDelivered(one) || one.state === 'dead')) return;
        listener?.(endOf(row, rows));
        await mirrored(rows);
      } catch (error) {
        logger.warn('the end of a message could not be told', { deliveryId: row.id, error });
      }
    },
    async recover() {
      for (const { key } of await deliveries.unmirrored(RECOVERED_AT_ONCE)) await mirrored(await deliveries.ofKey(key));
    },
  };
}

const isDelivered = ({ state }: DeliveryRow): boolean => state === 'delivered';

function endOf(row: DeliveryRow, rows: readonly DeliveryRow[]): SendingEnd {
  const { channel, accountId, to, sessionKey } = row;
  const told = readMirror(rows[0]?.mirror)?.sessionKey ?? sessionKey;
  const dead = rows.find(({ state }) => state === 'dead');
  const messageId = storedReceipt(rows.findLast(isDelivered)?.receipt)?.messageId;
  return {
    channel,
    accountId,
    to,
    content: readMirror(rows[0]?.mirror)?.text ?? rows.flatMap(wordsOf).join('\n'),
    success: dead === undefined,
    ...(dead !== undefined && { error: dead.reason ?? 'the message could not be sent' }),
    ...(messageId !== undefined && { messageId }),
    ...(told !== undefined && { sessionKey: told }),
  };
}

function wordsOf(row: DeliveryRow): readonly string[] {
  const part = storedPart(row);
  switch (part?.kind) {
    case 'text':
    case 'edit':
      return [part.text.plain];
    case 'media':
      return part.caption === undefined ? [] : [part.caption.plain];
    case 'poll':
      return [part.question];
    default:
      return [];
  }
}
