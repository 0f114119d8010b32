import type { SessionFacts, SessionRoom } from '../rooms/sessions.ts';
import { looksLikeKey } from './session-keys.ts';

/** A session a caller named, by key, by id or by the last part of a key of its agent; a key need not exist yet. */
export async function resolveSession(
  room: SessionRoom,
  reference: string,
  agentId: string,
): Promise<Pick<SessionFacts, 'key' | 'spawnedBy'> | undefined> {
  if (looksLikeKey(reference)) return (await room.find(reference)) ?? { key: reference };
  return (await room.findById(reference)) ?? (await room.find(`agent:${agentId}:${reference.toLowerCase()}`));
}
