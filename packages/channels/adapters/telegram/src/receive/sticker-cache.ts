/** Stickers that were received, in the original's file `sticker-cache.json`: what can be searched and sent again. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChannelConnection } from '@chela/channels/adapter';
import { isRecord, recordIn, stringIn } from '../json.ts';

export interface KnownSticker {
  readonly fileId: string;
  readonly emoji?: string;
  readonly setName?: string;
  /** What a model saw; absent until one looked. */
  readonly description?: string;
}

export interface StickerCache {
  find(uniqueId: string): Promise<KnownSticker | undefined>;
  /** Keeps a description that is known already. */
  remember(uniqueId: string, sticker: KnownSticker & { readonly receivedFrom?: string }): Promise<void>;
  search(query: string, limit: number): Promise<readonly KnownSticker[]>;
}

const VERSION = 1;
/** The oldest go first. */
const STICKERS_MAX = 2_000;

export function createStickerCache(folder: string, now: () => number): StickerCache {
  const path = join(folder, 'sticker-cache.json');
  let writing = Promise.resolve();

  const load = async (): Promise<Record<string, unknown>> => {
    try {
      return recordIn(JSON.parse(await readFile(path, 'utf8')), 'stickers') ?? {};
    } catch {
      return {};
    }
  };

  const save = async (stickers: Record<string, unknown>): Promise<void> => {
    const kept = Object.fromEntries(Object.entries(stickers).slice(-STICKERS_MAX));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The accounts of the channel share the file.
    const temporary = `${path}.${randomUUID()}.tmp`;
    const text = `${JSON.stringify({ version: VERSION, stickers: kept }, null, 2)}\n`;
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, path);
  };

  return {
    async find(uniqueId) {
      return stickerIn((await load())[uniqueId]);
    },
    remember(uniqueId, sticker) {
      writing = writing
        .catch(() => undefined)
        .then(async () => {
          const stickers = await load();
          const known = stickers[uniqueId];
          const cachedAt = new Date(now()).toISOString();
          await save({ ...stickers, [uniqueId]: { ...(isRecord(known) ? known : { cachedAt }), ...sticker } });
        });
      return writing;
    },
    async search(query, limit) {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      const known = Object.values(await load()).flatMap((entry) => stickerIn(entry) ?? []);
      return known.filter((sticker) => words.every((word) => wordsOf(sticker).includes(word))).slice(0, limit);
    },
  };
}

/** What models saw on stickers, under the vendor's own id of the picture: the same in every chat and for every bot. */
export function stickerWords(stickers: StickerCache): NonNullable<ChannelConnection['fileWords']> {
  return {
    async find({ ref }) {
      const uniqueId = stringIn(ref, 'uniqueId');
      return uniqueId === undefined ? undefined : (await stickers.find(uniqueId))?.description;
    },
    async keep({ ref }, description) {
      const [fileId, uniqueId] = [stringIn(ref, 'fileId'), stringIn(ref, 'uniqueId')];
      if (fileId !== undefined && uniqueId !== undefined) await stickers.remember(uniqueId, { fileId, description });
    },
  };
}

function stickerIn(entry: unknown): KnownSticker | undefined {
  const fileId = stringIn(entry, 'fileId');
  if (fileId === undefined) return undefined;
  const [emoji, setName, description] = ['emoji', 'setName', 'description'].map((key) => stringIn(entry, key));
  return { fileId, ...(emoji && { emoji }), ...(setName && { setName }), ...(description && { description }) };
}

const wordsOf = ({ emoji = '', setName = '', description = '' }: KnownSticker): string =>
  `${emoji} ${setName} ${description}`.toLowerCase();
