import { isStoreLocked, withOfflineStore } from '../../offline-store.ts';
import type { Check } from '../finding.ts';

const RECENT_SESSIONS = 5;

/** The database, and whether the newest sessions still have their conversations. Left out while a gateway uses it. */
export const sessions: Check = async ({ loaded, gatewayPid }) => {
  if (gatewayPid !== undefined) return [];
  const looked = await withOfflineStore(loaded, async (store) => {
    const damage = await store.integrity();
    const { rows } = await store.sessions.list({ limit: RECENT_SESSIONS });
    const silent = [];
    for (const { key, entry } of rows) {
      if ((await store.transcripts.tail(entry.sessionId, 1)).length === 0) silent.push(key);
    }
    return { damage, silent, recent: rows.length };
  }).catch((error: unknown) => {
    if (isStoreLocked(error)) return undefined;
    throw error;
  });
  if (looked === undefined) return [];
  const lines = [
    ...looked.damage.map((problem) => `- CRITICAL: the database is damaged: ${problem}`),
    ...(looked.silent.length === 0
      ? []
      : [
          `- ${looked.silent.length} of the ${looked.recent} newest sessions have no messages: ${looked.silent.join(', ')}`,
        ]),
  ];
  return lines.length === 0 ? [] : [{ title: 'State integrity', lines }];
};
