import type { InboundAttachment } from '@chela/channels/adapter';
import type { Message, Sticker } from 'grammy/types';

interface VendorFile {
  readonly file_id: string;
  readonly file_unique_id?: string;
  readonly file_size?: number;
  readonly mime_type?: string;
  readonly file_name?: string;
}

/** The files of a message: the largest of a photo's sizes; moving stickers are none. */
export function attachmentsOf(message: Message): readonly InboundAttachment[] {
  const photo = largest(message.photo ?? []);
  if (photo) return [toAttachment('image', photo)];
  if (message.video) return [toAttachment('video', message.video)];
  if (message.video_note) return [toAttachment('video', message.video_note)];
  // A moving picture comes as a document, too, and is told as one (recorded).
  if (message.animation) return [toAttachment('document', message.animation)];
  if (message.voice) return [toAttachment('voice', message.voice)];
  if (message.audio) return [toAttachment('audio', message.audio)];
  if (message.document) return [toAttachment('document', message.document)];
  if (message.sticker && isStill(message.sticker)) return [toAttachment('sticker', message.sticker)];
  return [];
}

export const isStill = (sticker: Sticker): boolean => !sticker.is_animated && !sticker.is_video;

function largest<T extends { width: number; height: number }>(sizes: readonly T[]): T | undefined {
  return sizes.reduce<T | undefined>((best, size) => (best && area(best) > area(size) ? best : size), undefined);
}

const area = ({ width, height }: { width: number; height: number }): number => width * height;

function toAttachment(kind: InboundAttachment['kind'], file: VendorFile): InboundAttachment {
  return {
    kind,
    ref: { fileId: file.file_id, ...(file.file_unique_id && { uniqueId: file.file_unique_id }) },
    ...(file.mime_type && { mimeType: file.mime_type }),
    ...(file.file_name && { fileName: file.file_name }),
    ...(file.file_size !== undefined && { sizeBytes: file.file_size }),
  };
}
