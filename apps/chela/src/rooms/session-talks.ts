import type { SessionTalks } from '@chela/memory';
import { redactText } from '@chela/observability';
import { messageText, type Store, type TranscriptEntry } from '@chela/store';

/** The newest conversations of an agent that memory looks at. */
const SESSIONS_MAX = 2_000;
const SPEAKERS: Readonly<Record<string, string>> = { user: 'User', assistant: 'Assistant' };

/** Conversations for memory: what people and the agent said, a line each, secrets blanked out. */
export function createSessionTalks({ sessions, transcripts }: Pick<Store, 'sessions' | 'transcripts'>): SessionTalks {
  return {
    async list(agentId) {
      const { rows } = await sessions.list({ agentId, limit: SESSIONS_MAX });
      return rows.map(({ entry }) => ({ sessionId: entry.sessionId, updatedAtMs: entry.updatedAt }));
    },
    async read(sessionId) {
      return (await transcripts.branch(sessionId)).flatMap(lineOf).join('\n');
    },
  };
}

function lineOf(entry: TranscriptEntry): readonly string[] {
  if (entry.type !== 'message') return [];
  const speaker = SPEAKERS[entry.message.role];
  const words = (messageText(entry.message.content) ?? '').replace(/\s+/g, ' ').trim();
  return speaker === undefined || words === '' ? [] : [`${speaker}: ${redactText(words)}`];
}
