import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CallContext } from '../call/call-context.ts';
import { atFile, type FileAccess, type FilePlace } from '../files/file-access.ts';
import { type ImageMime, sniffImage } from '../files/image-kind.ts';
import { guardedFetch } from '../web/guarded-fetch.ts';
import type { TargetGuard } from '../web/target-guard.ts';

export interface LoadedImage {
  readonly data: Buffer;
  readonly mimeType: ImageMime;
}

export interface ImageSource {
  readonly files: FileAccess;
  readonly guard: TargetGuard;
  readonly maxBytes: number;
}

const FETCH_TIMEOUT_MS = 30_000;
const REDIRECTS_MAX = 3;

/** Another kind of address than those that are understood, such as `ftp:`. One letter is a drive. */
export function isForeignReference(reference: string): boolean {
  const text = reference.trim().replace(/^@/, '');
  return /^[a-z][a-z0-9+.-]+:/i.test(text) && !/^(?:https?|file|data):/i.test(text);
}

/** Loads an image from a path, a `file:` or `data:` URL, or the web, where the guard against private addresses stands before it. */
export async function loadImage(reference: string, source: ImageSource, context: CallContext): Promise<LoadedImage> {
  const text = reference.trim().replace(/^@/, '');
  const data = await bytesOf(text, source, context);
  if (data.byteLength > source.maxBytes) throw tooLarge(text, source.maxBytes);
  const mimeType = sniffImage(data);
  if (mimeType === undefined)
    throw new Error(`Unsupported media type: ${shown(text)} is no png, jpeg, gif or webp image`);
  return { data, mimeType };
}

async function bytesOf(text: string, source: ImageSource, context: CallContext): Promise<Buffer> {
  if (/^data:/i.test(text)) return dataUrlBytes(text);
  if (/^https?:/i.test(text)) return webBytes(text, source, context.signal);
  const path = /^file:/i.test(text) ? fileURLToPath(text) : text;
  return atFile(source.files, path, 'read', context, (file) => fileBytes(file, text, source.maxBytes, context.signal));
}

function dataUrlBytes(text: string): Buffer {
  const match = /^data:([^;,]*)[^,]*;base64,(.*)$/is.exec(text);
  if (match === null) throw new Error('Invalid data URL (expected base64 data: URL).');
  const [, type = '', data = ''] = match;
  if (!type.toLowerCase().startsWith('image/')) throw new Error(`Unsupported data URL type: ${type}`);
  return Buffer.from(data, 'base64');
}

async function webBytes(text: string, { guard, maxBytes }: ImageSource, signal: AbortSignal): Promise<Buffer> {
  const page = await guardedFetch(
    {
      url: new URL(text),
      headers: { accept: 'image/*' },
      maxRedirects: REDIRECTS_MAX,
      timeoutMs: FETCH_TIMEOUT_MS,
      maxBytes: maxBytes + 1,
      signal,
    },
    guard,
  );
  if (page.status < 200 || page.status >= 300) throw new Error(`${shown(text)} answered ${page.status}`);
  return page.body;
}

async function fileBytes(
  { at, readFlags }: FilePlace,
  name: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const file = await open(at, readFlags);
  try {
    if ((await file.stat()).size > maxBytes) throw tooLarge(name, maxBytes);
    return await file.readFile({ signal });
  } finally {
    await file.close();
  }
}

function tooLarge(name: string, maxBytes: number): Error {
  return new Error(`${shown(name)} is larger than ${(maxBytes / (1024 * 1024)).toFixed(2)} MB`);
}

const SHOWN_MAX_CHARS = 120;

function shown(text: string): string {
  return text.length > SHOWN_MAX_CHARS ? `${text.slice(0, SHOWN_MAX_CHARS)}…` : text;
}
