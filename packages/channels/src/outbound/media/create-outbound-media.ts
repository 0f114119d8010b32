import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, type FileHandle, mkdir, open, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guardedFetch, type TargetGuard } from '@chela/tools';
import { ChannelError } from '../../contract/channel-error.ts';
import type { OutboundMedia } from '../../contract/outbound.ts';
import { fileNameOf, mediaFileName, mediaKind, mediaType, SNIFFED_BYTES } from './media-type.ts';

/**
 * Files of messages that go out. Each is copied or fetched into a folder of ours, where it stays as long as its row is
 * not final; a row never depends on a file that somebody else may change or remove (reference channels/framework.md §16).
 */
export interface OutboundMediaFiles {
  /** A local file at once; a URL is only noted and fetched when its turn comes. Throws ChannelError `refused`. */
  keep(source: string, wish: MediaWish): Promise<OutboundMedia>;
  /** The file of a URL that was noted; what is here already stays as it is. Throws ChannelError. */
  fetched(media: OutboundMedia, maxBytes: number, signal: AbortSignal): Promise<OutboundMedia>;
  /** Forgets the files of a part that is final; files that are not ours stay. */
  forget(media: readonly OutboundMedia[]): Promise<void>;
  /** Removes files that no row names: what a crash left behind. */
  sweep(kept: ReadonlySet<string>): Promise<void>;
}

export interface MediaWish {
  /** The agent's workspace; relative paths start there. */
  readonly workspaceDir: string;
  readonly maxBytes: number;
  readonly asVoice?: boolean;
  readonly asGif?: boolean;
}

const MAX_REDIRECTS = 3;
const FETCH_TIMEOUT_MS = 60_000;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const BYTES_A_MB = 1024 * 1024;

export function createOutboundMedia(deps: {
  /** `<state>/chela/outbound-media`. */
  readonly folder: string;
  /** Of the gateway: nothing of it goes out but its media store and the workspace. */
  readonly stateDir: string;
  /** The folder for temporary files, where tools put what they make. */
  readonly tempDir: string;
  readonly guard: TargetGuard;
}): OutboundMediaFiles {
  const { folder, guard } = deps;

  async function newFile(fileName: string): Promise<string> {
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    return join(folder, `${randomUUID()}---${fileName}`);
  }

  async function copy(source: string, wish: MediaWish): Promise<OutboundMedia> {
    const file = await allowedFile(source, deps, wish.workspaceDir);
    const handle = await openFile(file);
    try {
      const { size } = await handle.stat();
      if (size > wish.maxBytes) throw tooLarge(basename(file), wish.maxBytes);
      const head = Buffer.alloc(SNIFFED_BYTES);
      await handle.read(head, 0, SNIFFED_BYTES, 0);
      const mimeType = mediaType(head, file);
      const fileName = mediaFileName(fileNameOf(file), mimeType);
      const path = await newFile(fileName);
      // Read through the open file: what stands at the path by now may be another one.
      await copyFile(`/proc/self/fd/${handle.fd}`, path).catch(async () => writeFile(path, await handle.readFile()));
      const own = await open(path, 'r');
      await own.chmod(PRIVATE_FILE).finally(() => own.close());
      return { path, mimeType, fileName, kind: mediaKind(mimeType, wish) };
    } finally {
      await handle.close();
    }
  }

  return {
    async keep(source, wish) {
      if (!isWebAddress(source)) return copy(source, wish);
      const fileName = fileNameOf(pathOf(source));
      const mimeType = mediaType(new Uint8Array(), fileName);
      return { path: source, mimeType, fileName, kind: expectedKind(mimeType, wish) };
    },
    async fetched(media, maxBytes, signal) {
      if (!isWebAddress(media.path)) return media;
      const page = await guardedFetch(
        {
          url: new URL(media.path),
          headers: {},
          maxRedirects: MAX_REDIRECTS,
          timeoutMs: FETCH_TIMEOUT_MS,
          signal,
          maxBytes: maxBytes + 1,
        },
        guard,
      ).catch((error: unknown) => {
        throw fetchError(error);
      });
      if (page.status >= 500)
        throw new ChannelError('unreachable', `the media could not be fetched: HTTP ${page.status}`);
      if (page.status >= 400) throw new ChannelError('refused', `the media could not be fetched: HTTP ${page.status}`);
      if (page.body.length > maxBytes) throw tooLarge(media.fileName, maxBytes);
      const mimeType = mediaType(page.body.subarray(0, SNIFFED_BYTES), media.fileName, page.contentType);
      const fileName = mediaFileName(media.fileName, mimeType);
      const path = await newFile(fileName);
      await writeFile(path, page.body, { mode: PRIVATE_FILE });
      const wish = { asVoice: media.kind === 'voice', asGif: media.kind === 'gif' };
      return { ...media, path, mimeType, fileName, kind: mediaKind(mimeType, wish) };
    },
    async forget(media) {
      for (const { path } of media) if (path.startsWith(folder + sep)) await rm(path, { force: true });
    },
    async sweep(kept) {
      const names = await readdir(folder).catch(() => []);
      for (const name of names) if (!kept.has(join(folder, name))) await rm(join(folder, name), { force: true });
    },
  };
}

/** Whether a source is fetched rather than copied; also marks a row's media that was not fetched yet. */
export function isWebAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

async function allowedFile(
  source: string,
  { stateDir, tempDir }: { readonly stateDir: string; readonly tempDir: string },
  workspaceDir: string,
): Promise<string> {
  const path = source.startsWith('file://') ? fileURLToPath(source) : source;
  if (path.startsWith('~')) throw new ChannelError('refused', `media path is not allowed: ${source}`);
  const file = await realpath(isAbsolute(path) ? path : resolve(workspaceDir, path)).catch(() => {
    throw new ChannelError('refused', `media file not found: ${source}`);
  });
  const isIn = async (folder: string): Promise<boolean> => {
    const real = await realpath(folder).catch(() => undefined);
    return real !== undefined && file.startsWith(real + sep);
  };
  if ((await isIn(workspaceDir)) || (await isIn(join(stateDir, 'media')))) return file;
  if (!(await isIn(stateDir)) && (await isIn(tempDir))) return file;
  throw new ChannelError('refused', `media path is outside of the folders that may be sent: ${source}`);
}

async function openFile(file: string): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      throw new ChannelError('refused', `media file cannot be read: ${basename(file)}`, { cause: error });
    },
  );
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new ChannelError('refused', `media path is no file: ${basename(file)}`);
}

function tooLarge(fileName: string, maxBytes: number): ChannelError {
  return new ChannelError('refused', `${fileName} is larger than ${Math.floor(maxBytes / BYTES_A_MB)} MB`);
}

function pathOf(url: string): string {
  return URL.canParse(url) ? decodeURI(new URL(url).pathname) : '';
}

/** What the guard refuses stays refused; what the network did may be over in a while. */
function fetchError(error: unknown): ChannelError {
  const message = error instanceof Error ? error.message : String(error);
  const isRefused = /^(?:Blocked|Invalid URL|Redirect loop|Too many redirects)/.test(message);
  const reason = `the media could not be fetched: ${message}`;
  return new ChannelError(isRefused ? 'refused' : 'unreachable', reason, { cause: error });
}

/** Of a file that nobody has looked into yet: a voice message is what may hold sound. */
function expectedKind(mimeType: string, wish: MediaWish): OutboundMedia['kind'] {
  const mayBeSound = !/^(?:image|video)\//.test(mimeType);
  return wish.asVoice === true && mayBeSound ? 'voice' : mediaKind(mimeType, wish);
}
