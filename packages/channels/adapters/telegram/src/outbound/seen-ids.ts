/**
 * Ids of messages that passed by: ours for `reactionNotifications: own`; whose are known, so that a search leaves them out;
 * and the highest of each count. Bounded.
 */
import type { ConnectionPort } from '@chela/channels/adapter';
import { countOf } from './reconcile.ts';

export interface SeenIds {
  noteOurs(chatId: string, messageId: string): void;
  noteOthers(chatId: string, messageId: string): void;
  /** Somebody wrote it, or we did and know of it: in this chat or in one with the same count. */
  isKnown(chatId: string, messageId: string): boolean;
  isOurs(chatId: string, messageId: string): boolean;
  highest(chatId: string): number | undefined;
}

/** Reference channels/telegram.md §2. */
const OURS_LIFE_MS = 24 * 60 * 60 * 1000;
const OURS_MAX = 20_000;
const KNOWN_MAX = 20_000;
const COUNTS_MAX = 5_000;

export function createSeenIds(clock: Pick<ConnectionPort['clock'], 'now'>): SeenIds {
  /** By chat and id, oldest first. */
  const ours = new Map<string, number>();
  /** By count and id, oldest first. */
  const known = new Set<string>();
  const highest = new Map<string, number>();

  const note = (chatId: string, messageId: string): void => {
    const id = Number(messageId);
    if (!Number.isSafeInteger(id)) return;
    const count = countOf(chatId);
    known.add(`${count}:${id}`);
    dropOldest(known, KNOWN_MAX);
    const before = highest.get(count);
    if (before !== undefined && before >= id) return;
    highest.delete(count);
    highest.set(count, id);
    dropOldest(highest, COUNTS_MAX);
  };

  return {
    noteOthers: note,
    noteOurs(chatId, messageId) {
      note(chatId, messageId);
      ours.set(`${chatId}:${messageId}`, clock.now());
      dropOldest(ours, OURS_MAX);
    },
    isKnown: (chatId, messageId) => known.has(`${countOf(chatId)}:${messageId}`),
    isOurs(chatId, messageId) {
      const at = ours.get(`${chatId}:${messageId}`);
      return at !== undefined && clock.now() - at < OURS_LIFE_MS;
    },
    highest: (chatId) => highest.get(countOf(chatId)),
  };
}

function dropOldest(entries: Map<string, number> | Set<string>, max: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= max) return;
    entries.delete(key);
  }
}
