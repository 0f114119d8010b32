/** Ids of messages that passed by: ours for `reactionNotifications: own`, and the highest of each count. Bounded. */
import type { ConnectionPort } from '@chela/channels/adapter';
import { countOf } from './reconcile.ts';

export interface SeenIds {
  noteOurs(chatId: string, messageId: string): void;
  note(chatId: string, messageId: string): void;
  isOurs(chatId: string, messageId: string): boolean;
  highest(chatId: string): number | undefined;
}

/** Reference channels/telegram.md §2. */
const OURS_LIFE_MS = 24 * 60 * 60 * 1000;
const OURS_MAX = 20_000;
const COUNTS_MAX = 5_000;

export function createSeenIds(clock: Pick<ConnectionPort['clock'], 'now'>): SeenIds {
  /** By chat and id, oldest first. */
  const ours = new Map<string, number>();
  const highest = new Map<string, number>();

  const note: SeenIds['note'] = (chatId, messageId) => {
    const id = Number(messageId);
    if (!Number.isSafeInteger(id)) return;
    const count = countOf(chatId);
    const before = highest.get(count);
    if (before !== undefined && before >= id) return;
    highest.delete(count);
    highest.set(count, id);
    dropOldest(highest, COUNTS_MAX);
  };

  return {
    note,
    noteOurs(chatId, messageId) {
      note(chatId, messageId);
      ours.set(`${chatId}:${messageId}`, clock.now());
      dropOldest(ours, OURS_MAX);
    },
    isOurs(chatId, messageId) {
      const at = ours.get(`${chatId}:${messageId}`);
      return at !== undefined && clock.now() - at < OURS_LIFE_MS;
    },
    highest: (chatId) => highest.get(countOf(chatId)),
  };
}

function dropOldest(map: Map<string, number>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}
