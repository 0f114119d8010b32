import { randomUUID } from 'node:crypto';
import type { SessionEntry } from '@chela/store';
import type { MethodBench } from './method-bench.ts';

/** Stores a session whose last update lies `ageMs` back. */
export async function seedSession(
  bench: MethodBench,
  key: string,
  ageMs: number,
  members: Partial<SessionEntry> = {},
): Promise<SessionEntry> {
  const [, agentId = 'main'] = key.startsWith('agent:') ? key.split(':') : [];
  const updatedAt = bench.clock.now() - ageMs;
  const row = await bench.services.store.sessions.upsert(key, agentId, () => ({
    sessionId: randomUUID(),
    ...members,
    updatedAt,
  }));
  return row.entry;
}

/** Appends messages to the transcript of a session: user, assistant, user, … */
export async function seedTalk(bench: MethodBench, sessionId: string, ...texts: readonly string[]): Promise<void> {
  await bench.services.store.transcripts.append(
    sessionId,
    texts.map((text, i) => ({
      type: 'message',
      message: {
        role: i % 2 === 0 ? 'user' : 'assistant',
        content: [{ type: 'text', text }],
        timestamp: bench.clock.now() + i,
      },
    })),
  );
}
