import type { SessionFacts, SessionRoom } from '../rooms/sessions.ts';
import { looksLikeKey } from './session-keys.ts';

/** A session a caller named, by key or by id; a key need not exist yet. */
export async function resolveSession(
  room: SessionRoom,
  reference: string,
): Promise<Pick<SessionFacts, 'key' | 'spawnedBy'> | undefined> {
  if (looksLikeKey(reference)) return (await room.find(reference)) ?? { key: reference };
  return (await room.findById(reference)) ?? (await room.find(reference));
}
