import type { ImagePart } from '@chela/models';
import type { Logger } from '@chela/observability';
import { invalidRequest } from '@chela/protocol';
import { isRecord } from '../methods/record.ts';
import { SNIFF_BYTES, sniffFileType } from './image-type.ts';

/** Decoded size of one attachment (reference protocol/protocol.md §11). */
const ATTACHMENT_MAX_BYTES = 5_000_000;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const DATA_URL = /^data:[^;,]+;base64,/;

interface Attachment {
  /** How errors name it. */
  readonly label: string;
  readonly content: string;
  readonly mimeType: string | undefined;
}

/** The attachments that carry content; anything else in the list is ignored, as clients rely on. */
export function readAttachments(list: readonly unknown[] | undefined): readonly Attachment[] {
  return (list ?? []).flatMap((item, index) => {
    if (!isRecord(item) || typeof item.content !== 'string' || item.content === '') return [];
    return [
      {
        label: textOf(item.fileName) ?? textOf(item.type) ?? `attachment-${index + 1}`,
        content: item.content,
        mimeType: textOf(item.mimeType)?.toLowerCase(),
      },
    ];
  });
}

/**
 * The images among attachments, typed by their bytes rather than by their claim. Other files are dropped with a log
 * line. Throws INVALID_REQUEST for content that is no base64 or too big (reference protocol/protocol.md §6).
 */
export function imagesOf(attachments: readonly Attachment[], logger: Logger): readonly ImagePart[] {
  return attachments.flatMap((attachment) => {
    const data = attachment.content.trim().replace(DATA_URL, '');
    assertSound(attachment.label, data);
    const mimeType = imageTypeOf(data, attachment.mimeType);
    if (mimeType !== undefined) return [{ type: 'image' as const, data, mimeType }];
    logger.warn('attachment is not an image and was dropped', { label: attachment.label });
    return [];
  });
}

function assertSound(label: string, data: string): void {
  if (data === '' || data.length % 4 !== 0 || !BASE64.test(data)) {
    throw invalidRequest(`Error: attachment ${label}: invalid base64 content`);
  }
  const bytes = Math.floor((data.length * 3) / 4) - (data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0);
  if (bytes > ATTACHMENT_MAX_BYTES) {
    throw invalidRequest(`Error: attachment ${label}: exceeds size limit (${bytes} > ${ATTACHMENT_MAX_BYTES} bytes)`);
  }
}

/** The type the bytes show; when they show none, the claimed image type is believed. */
function imageTypeOf(data: string, claimed: string | undefined): string | undefined {
  const head = Buffer.from(data.slice(0, Math.ceil(SNIFF_BYTES / 3) * 4), 'base64');
  const shown = sniffFileType(head);
  if (shown === 'other') return undefined;
  return shown ?? (claimed?.startsWith('image/') === true ? claimed : undefined);
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}
