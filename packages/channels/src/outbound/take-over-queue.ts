import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewSending } from '../kernel.ts';
import { isRecord } from '../record.ts';

/**
 * Messages that the original wrote to its delivery queue and did not get rid of (reference channels/framework.md §20).
 * Each becomes rows under a key of its own, so that a crash in between repeats nothing; its file is then moved aside,
 * where neither program looks.
 */

/** Beside the original's own `failed`. */
const DONE_FOLDER = 'taken-over';
const PRIVATE_FOLDER = 0o700;
/** More than the original ever leaves behind; the rest follows with the next start. */
const MAX_ENTRIES = 1_000;

export interface QueuedMessage {
  readonly channel: string;
  readonly accountId: string;
  readonly to: string;
  readonly threadId: string | undefined;
  readonly enqueuedAt: number;
  readonly sending: Omit<NewSending, 'account' | 'address'>;
}

/** Hands each entry to `take`, oldest first; what it refuses stays for the next start. Returns how many it took. */
export async function takeOverQueue(
  folder: string,
  take: (message: QueuedMessage) => Promise<boolean>,
): Promise<number> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).slice(0, MAX_ENTRIES);
  const read = await Promise.all(
    names.map(async (name) => ({
      name,
      messages: readEntry(name, await readFile(join(folder, name), 'utf8').catch(() => '')),
    })),
  );
  let taken = 0;
  for (const { name, messages } of read.toSorted((a, b) => startOf(a.messages) - startOf(b.messages))) {
    if (messages.length === 0) continue;
    let isWhole = true;
    for (const message of messages) isWhole = (await take(message)) && isWhole;
    if (!isWhole) continue;
    await mkdir(join(folder, DONE_FOLDER), { recursive: true, mode: PRIVATE_FOLDER });
    await rename(join(folder, name), join(folder, DONE_FOLDER, name));
    taken += 1;
  }
  return taken;
}

/** The messages of a queue file, one a payload; none when it cannot be read. Pure. */
export function readEntry(fileName: string, text: string): readonly QueuedMessage[] {
  const entry = parse(text);
  if (entry === undefined) return [];
  const { channel, to, accountId, payloads, threadId, enqueuedAt } = entry;
  if (typeof channel !== 'string' || typeof to !== 'string' || !Array.isArray(payloads)) return [];
  const id = typeof entry.id === 'string' ? entry.id : fileName.replace(/\.json$/, '');
  return payloads.flatMap((payload: unknown, at): QueuedMessage[] => {
    if (!isRecord(payload)) return [];
    const urls = Array.isArray(payload.mediaUrls) ? payload.mediaUrls : [payload.mediaUrl];
    const mediaUrls = urls.filter((url: unknown): url is string => typeof url === 'string' && url !== '');
    const replyToId = idText(payload.replyToId) ?? idText(entry.replyToId);
    const mirror = isRecord(entry.mirror) ? entry.mirror : {};
    return [
      {
        channel,
        accountId: typeof accountId === 'string' && accountId !== '' ? accountId : 'default',
        to,
        threadId: idText(threadId),
        enqueuedAt: typeof enqueuedAt === 'number' ? enqueuedAt : 0,
        sending: {
          key: `queue:${id}:${at}`,
          ...(typeof payload.text === 'string' && { text: payload.text }),
          ...(mediaUrls.length > 0 && { mediaUrls }),
          ...(replyToId !== undefined && { replyToId }),
          ...(entry.silent === true && { silent: true }),
          ...(entry.gifPlayback === true && { asGif: true }),
          ...(payload.audioAsVoice === true && { asVoice: true }),
          ...(typeof mirror.sessionKey === 'string' && { sessionKey: mirror.sessionKey }),
          ...(typeof mirror.agentId === 'string' && { agentId: mirror.agentId }),
        },
      },
    ];
  });
}

function startOf(messages: readonly QueuedMessage[]): number {
  return messages[0]?.enqueuedAt ?? 0;
}

function idText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
