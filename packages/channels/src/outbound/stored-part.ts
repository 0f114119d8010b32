import type { DeliveryRow } from '@chela/store';
import type { OutboundMedia, OutboundPart, SendReceipt } from '../contract/outbound.ts';
import type { Delivery } from '../kernel.ts';
import { isRecord } from '../record.ts';

/** Reads back what the outbox keeps as JSON; a row may be older than this program. Pure. */

const KINDS: readonly OutboundPart['kind'][] = ['text', 'media', 'poll', 'sticker', 'edit', 'delete'];

/** The part of a row; undefined when the row holds none. */
export function storedPart(row: Pick<DeliveryRow, 'part'>): OutboundPart | undefined {
  return isPart(row.part) ? row.part : undefined;
}

export function storedReceipt(value: unknown): SendReceipt | undefined {
  return isReceipt(value) ? value : undefined;
}

/** A row as people are shown it; undefined when its part cannot be read. */
export function deliveryOf(row: DeliveryRow): Delivery | undefined {
  const part = storedPart(row);
  if (part === undefined) return undefined;
  const receipt = storedReceipt(row.receipt);
  return {
    id: row.id,
    channel: row.channel,
    accountId: row.accountId,
    address: { to: row.to, ...(row.threadId !== undefined && { threadId: row.threadId }) },
    state: row.state,
    part,
    attempts: row.attempts,
    createdAt: row.createdAt,
    ...(row.readyAt !== undefined && { nextAttemptAt: row.readyAt }),
    ...(receipt !== undefined && { receipt }),
    ...(row.reason !== undefined && { reason: row.reason }),
    ...(row.runId !== undefined && { runId: row.runId }),
    ...(row.sessionKey !== undefined && { sessionKey: row.sessionKey }),
  };
}

/** Files that a row's part names. */
export function mediaOf(row: Pick<DeliveryRow, 'part'>): readonly OutboundMedia[] {
  const part = storedPart(row);
  return part?.kind === 'media' ? [part.media] : [];
}

const AWAITED = 'delivery:';

/** Stands for the id of a message whose own row has no receipt yet, e.g. a draft that is still on its way. */
export function awaitedMessage(deliveryId: number): string {
  return `${AWAITED}${deliveryId}`;
}

/** The row that a part waits for. */
export function awaitedRow(part: OutboundPart): number | undefined {
  if ((part.kind !== 'edit' && part.kind !== 'delete') || !part.messageId.startsWith(AWAITED)) return undefined;
  return Number(part.messageId.slice(AWAITED.length));
}

function isPart(value: unknown): value is OutboundPart {
  if (!isRecord(value)) return false;
  const kind = KINDS.find((name) => name === value.kind);
  switch (kind) {
    case 'text':
      return isText(value.text);
    case 'edit':
      return isText(value.text) && typeof value.messageId === 'string';
    case 'media':
      return isRecord(value.media) && typeof value.media.path === 'string';
    case 'poll':
      return typeof value.question === 'string' && Array.isArray(value.options);
    case 'sticker':
      return typeof value.fileId === 'string';
    case 'delete':
      return typeof value.messageId === 'string';
    case undefined:
      return false;
  }
}

function isText(value: unknown): boolean {
  return isRecord(value) && typeof value.text === 'string' && typeof value.plain === 'string';
}

function isReceipt(value: unknown): value is SendReceipt {
  return isRecord(value) && typeof value.messageId === 'string';
}
