import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DeliveryRepository, DeliveryRow } from '@chela/store';
import type { OutboundPart } from '../contract/outbound.ts';
import { uuidOf } from '../inbound/plan.ts';
import { isWebAddress } from './media/create-outbound-media.ts';
import { readMirror } from './mirror-sent.ts';
import { storedPart } from './stored-part.ts';

/**
 * The way back of `take-over-queue.ts`: messages that have not left become files of the original's delivery queue, which
 * it sends at its next start (reference protocol/state-layout.md §3.12).
 */

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
/** As many as the outbox takes. */
const MAX_ROWS = 10_000;
const HANDED_OVER = 'handed to the delivery queue of the original';

export interface QueueExport {
  readonly written: number;
  /** Rows that the queue cannot hold or must not, with the reason. */
  readonly leftOut: readonly { readonly id: number; readonly reason: string }[];
}

/**
 * Writes the queue below `toStateDir`; writing it again replaces the same files. `isHandedOver`: the rows are the
 * original's from now on, so that nobody hears twice when this program starts again before it.
 */
export async function exportQueue(input: {
  readonly deliveries: Pick<DeliveryRepository, 'list' | 'step'>;
  readonly toStateDir: string;
  readonly isHandedOver: boolean;
}): Promise<QueueExport> {
  const { deliveries, toStateDir } = input;
  const newest = await deliveries.list({ states: ['pending', 'sending', 'ambiguous'], limit: MAX_ROWS });
  const folder = join(toStateDir, 'delivery-queue');
  const leftOut: { id: number; reason: string }[] = [];
  let written = 0;
  let lastAt = 0;
  for (const row of newest.toReversed()) {
    const part = storedPart(row);
    const payload = part && payloadOf(part);
    if (row.state !== 'pending') leftOut.push({ id: row.id, reason: 'it may have arrived already' });
    else if (part === undefined || payload === undefined)
      leftOut.push({ id: row.id, reason: 'it is no text and no file' });
    else {
      // The queue is sent in the order of these times.
      lastAt = Math.max(lastAt + 1, row.createdAt);
      const entry = queueEntry(row, part, await withFile(payload, part, toStateDir), lastAt);
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
      await writeFile(join(folder, `${entry.id}.json`), `${JSON.stringify(entry, null, 2)}\n`, { mode: PRIVATE_FILE });
      if (input.isHandedOver) await deliveries.step(row.id, { to: 'dead', reason: HANDED_OVER });
      written += 1;
    }
  }
  return { written, leftOut };
}

interface Payload {
  readonly text: string;
  readonly mediaUrl?: string;
  readonly replyToId?: string;
  readonly audioAsVoice?: true;
}

/** Undefined for what the queue has no words for. Formatting is the original's business again. */
function payloadOf(part: OutboundPart): Payload | undefined {
  const reply = part.replyToId === undefined ? {} : { replyToId: part.replyToId };
  switch (part.kind) {
    case 'text':
    case 'edit':
      return { text: part.text.plain, ...reply };
    case 'media':
      return {
        text: part.caption?.plain ?? '',
        mediaUrl: part.media.path,
        ...(part.media.kind === 'voice' && { audioAsVoice: true }),
        ...reply,
      };
    default:
      return undefined;
  }
}

/** The original sends files of its own media folder alone. */
async function withFile(payload: Payload, part: OutboundPart, toStateDir: string): Promise<Payload> {
  if (part.kind !== 'media' || isWebAddress(part.media.path)) return payload;
  const folder = join(toStateDir, 'media', 'outbound');
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const mediaUrl = join(folder, basename(part.media.path));
  await copyFile(part.media.path, mediaUrl);
  return { ...payload, mediaUrl };
}

function queueEntry(row: DeliveryRow, part: OutboundPart, payload: Payload, enqueuedAt: number) {
  const { channel, to, accountId, threadId, failures, reason } = row;
  const mirror = readMirror(row.mirror);
  return {
    id: uuidOf(`${row.key}:${row.partIndex}`),
    enqueuedAt,
    channel,
    to,
    accountId,
    payloads: [payload],
    ...(threadId !== undefined && { threadId }),
    ...(row.bestEffort === true && { bestEffort: true }),
    ...(part.kind === 'media' && part.media.kind === 'gif' && { gifPlayback: true }),
    ...(part.silent === true && { silent: true }),
    ...(mirror !== undefined && {
      mirror: {
        sessionKey: mirror.sessionKey,
        agentId: mirror.agentId,
        text: mirror.text,
        ...(mirror.mediaUrls !== undefined && { mediaUrls: mirror.mediaUrls }),
      },
    }),
    retryCount: failures,
    ...(reason !== undefined && { lastError: reason }),
  };
}
