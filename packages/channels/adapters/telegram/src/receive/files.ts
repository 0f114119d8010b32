/** Files of messages: getFile tells where one lies, a plain GET brings it. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { posix } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ChannelConnection, ChannelError } from '@chela/channels/adapter';
import type { TelegramClient } from '../api/client.ts';
import { toChannelError } from '../errors.ts';
import { stringIn } from '../json.ts';

type FetchAttachment = NonNullable<ChannelConnection['fetchAttachment']>;

/** Tries of getFile, which fails now and then for a fresh file (reference channels/telegram.md §3.6). */
const LOOKUP_TRIES = 3;
const LOOKUP_PAUSE_MS = 1_000;
const BYTES_PER_MB = 1 << 20;

export function createFileFetcher(
  client: Pick<TelegramClient, 'call' | 'transport' | 'fileUrl'>,
  pause: (ms: number) => Promise<void>,
): FetchAttachment {
  const lookUp = async (fileId: string, signal: AbortSignal): Promise<string> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const path = stringIn(await client.call('getFile', { file_id: fileId }, signal), 'file_path');
        if (!path) throw new ChannelError('refused', 'Telegram knows no such file');
        return path;
      } catch (error) {
        const failure = toChannelError(error);
        const isFinal = failure.class === 'refused' || failure.class === 'unauthorized';
        if (isFinal || attempt >= LOOKUP_TRIES || signal.aborted) throw failure;
        await pause(failure.retryAfterMs ?? LOOKUP_PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  };

  return async ({ ref, mimeType, fileName }, { path, maxBytes, signal }) => {
    const fileId = stringIn(ref, 'fileId');
    if (fileId === undefined) throw new ChannelError('refused', 'the attachment names no file of Telegram');
    const filePath = await lookUp(fileId, signal);
    try {
      await download(client, filePath, { path, maxBytes, signal });
    } catch (error) {
      await rm(path, { force: true });
      throw toChannelError(error);
    }
    return { fileName: fileName ?? posix.basename(filePath), ...(mimeType && { mimeType }) };
  };
}

async function download(
  client: Pick<TelegramClient, 'transport' | 'fileUrl'>,
  filePath: string,
  { path, maxBytes, signal }: { path: string; maxBytes: number; signal: AbortSignal },
): Promise<void> {
  const response = await client.transport.request(client.fileUrl(filePath), { method: 'GET', signal });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new ChannelError('refused', `Telegram answered the download with ${response.statusCode}`);
  }
  let size = 0;
  const limited = new Transform({
    transform(piece: Buffer, _encoding, done) {
      size += piece.length;
      done(size > maxBytes ? tooLarge(maxBytes) : null, piece);
    },
  });
  await pipeline(response, limited, createWriteStream(path, { mode: 0o600 }), { signal });
}

const tooLarge = (maxBytes: number): ChannelError =>
  new ChannelError('refused', `File too large. Maximum size is ${Math.floor(maxBytes / BYTES_PER_MB)}MB.`);
