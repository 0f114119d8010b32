import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InboundMedia } from '@chela/agent';
import type { ImagePart } from '@chela/models';
import type { Logger } from '@chela/observability';
import { ChannelError } from '../contract/channel-error.ts';
import type { ChannelConnection } from '../contract/connection.ts';
import type { InboundAttachment } from '../contract/inbound.ts';
import { fileType, SNIFF_BYTES } from './file-type.ts';
import { uuidOf } from './plan.ts';

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const NAME_CHARS = 60;
/** One file may take so long; then its message goes on without it. */
const FETCH_MS = 120_000;
/** Files of one message; more are left where they are. */
const FILES_LIMIT = 20;
/** What a model is shown directly: as the web chat takes it. */
const IMAGE_MAX_BYTES = 5_000_000;
const SHOWN_IMAGES = 10;
const SHOWN_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export interface FetchedAttachments {
  readonly media: readonly InboundMedia[];
  /** Pictures among them, for models that see. */
  readonly images: readonly ImagePart[];
  /** One was larger than allowed. */
  readonly isTooLarge: boolean;
}

export interface FetchInput {
  /** `<state>/media/inbound`. */
  readonly folder: string;
  readonly connection: ChannelConnection | undefined;
  readonly attachments: readonly InboundAttachment[];
  readonly maxBytes: number;
  /** Makes the names: fetching again for the same run replaces the files. */
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Brings the files of a message into our own folder, typed by their bytes (reference channels/framework.md §16). A file that
 * cannot be had is left out with a log line; the message goes on without it.
 */
export async function fetchAttachments(input: FetchInput): Promise<FetchedAttachments> {
  const { attachments, connection, logger } = input;
  const fetchOne = connection?.fetchAttachment?.bind(connection);
  if (attachments.length === 0) return { media: [], images: [], isTooLarge: false };
  if (fetchOne === undefined) {
    logger.warn('the files of a message cannot be fetched: the account is not connected', { runId: input.runId });
    return { media: [], images: [], isTooLarge: false };
  }
  await mkdir(input.folder, { recursive: true, mode: PRIVATE_FOLDER });
  const media: InboundMedia[] = [];
  let isTooLarge = false;
  for (const [index, attachment] of attachments.slice(0, FILES_LIMIT).entries()) {
    try {
      media.push(await bring(input, fetchOne, attachment, uuidOf(`${input.runId}:${index}`)));
    } catch (error) {
      input.signal.throwIfAborted();
      if (error instanceof ChannelError && error.class === 'refused') isTooLarge = true;
      logger.warn('a file of a message could not be fetched', { runId: input.runId, error });
    }
  }
  return { media, images: await shownImages(media), isTooLarge };
}

async function bring(
  { folder, maxBytes, signal }: FetchInput,
  fetchOne: NonNullable<ChannelConnection['fetchAttachment']>,
  attachment: InboundAttachment,
  uuid: string,
): Promise<InboundMedia> {
  const part = join(folder, `${uuid}.part`);
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)]);
    const got = await fetchOne(attachment, { path: part, maxBytes, signal: limit });
    const { size } = await stat(part);
    if (size > maxBytes) throw new ChannelError('refused', `the file is larger than ${maxBytes} bytes`);
    const fileName = got.fileName ?? attachment.fileName;
    const type = fileType(await headOf(part), got.mimeType ?? attachment.mimeType, fileName);
    const base = baseName(fileName);
    const path = join(folder, `${base === '' ? '' : `${base}---`}${uuid}${type.extension}`);
    await rename(part, path);
    return { path, mimeType: type.mimeType };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    await handle.chmod(PRIVATE_FILE);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A name from elsewhere may lead nowhere and hold nothing that a prompt or a shell could trip over. */
function baseName(fileName: string | undefined): string {
  const last = (fileName ?? '').split(/[\\/]/).at(-1) ?? '';
  return last
    .replace(/\.[^.]*$/, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+|_+$/g, '')
    .slice(0, NAME_CHARS);
}

/** The pictures among fetched files as models are shown them; one that is gone is left out. */
export async function shownImages(media: readonly InboundMedia[]): Promise<readonly ImagePart[]> {
  const images: ImagePart[] = [];
  for (const { path, mimeType } of media) {
    if (!SHOWN_TYPES.has(mimeType) || images.length >= SHOWN_IMAGES) continue;
    const info = await stat(path).catch(() => undefined);
    if (info === undefined || info.size > IMAGE_MAX_BYTES) continue;
    images.push({ type: 'image', data: await readFile(path, 'base64'), mimeType });
  }
  return images;
}

/** Removes files that were brought before `before`; milliseconds since the epoch. */
export async function removeOldMedia(folder: string, before: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile() === true && info.mtimeMs < before) await rm(path, { force: true });
  }
}
