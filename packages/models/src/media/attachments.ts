import { readFile, stat } from 'node:fs/promises';
import type { MediaKind, MediaSettings } from './settings.ts';

/** Something that came with a message. Exactly one of `data`, `path` and `url` says where its bytes are. */
export interface Attachment {
  /** What the channel says it is, e.g. `audio` for a voice note; read from `mimeType` otherwise. */
  readonly kind?: MediaKind;
  readonly mimeType: string;
  readonly fileName: string;
  readonly data?: Buffer;
  /** A file of this machine. */
  readonly path?: string;
  /** Loaded by `Download`; left out where there is none. */
  readonly url?: string;
}

/** Fetches an attachment's bytes. Has to refuse private addresses and more than `maxBytes`. */
export type Download = (url: string, maxBytes: number, signal: AbortSignal) => Promise<Buffer>;

/** The attachments that are to be understood, as `attachments` of the settings says (reference agent/models.md §10). */
export function chooseAttachments(
  all: readonly Attachment[],
  { mode, max, prefer }: MediaSettings['attachments'],
): readonly Attachment[] {
  return ordered(all, prefer).slice(0, mode === 'all' ? max : 1);
}

function ordered(all: readonly Attachment[], prefer: MediaSettings['attachments']['prefer']): readonly Attachment[] {
  if (prefer === 'first') return all;
  if (prefer === 'last') return all.toReversed();
  const isPreferred = ({ url }: Attachment): boolean => (url !== undefined) === (prefer === 'url');
  return [...all.filter(isPreferred), ...all.filter((one) => !isPreferred(one))];
}

/** Reads an attachment. Rejects when it is larger than `maxBytes`, before it is read where that can be known. */
export async function loadAttachment(
  { data, path, url }: Attachment,
  maxBytes: number,
  { download, signal }: { readonly download: Download | undefined; readonly signal: AbortSignal },
): Promise<Buffer> {
  const bytes = data ?? (path === undefined ? undefined : await loadFile(path, maxBytes));
  if (bytes !== undefined) {
    if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  }
  if (url === undefined || download === undefined) throw new Error('nothing here can load it');
  const loaded = await download(url, maxBytes, signal);
  if (loaded.byteLength > maxBytes) throw tooLarge(maxBytes);
  return loaded;
}

async function loadFile(path: string, maxBytes: number): Promise<Buffer> {
  const info = await stat(path);
  if (!info.isFile()) throw new Error('it is no file');
  if (info.size > maxBytes) throw tooLarge(maxBytes);
  return readFile(path);
}

function tooLarge(maxBytes: number): Error {
  return new Error(`it is larger than ${maxBytes} bytes`);
}
