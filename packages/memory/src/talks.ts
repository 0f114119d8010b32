import type { Clock } from '@chela/observability';
import type { IndexThread } from './index-file/index-thread.ts';
import type { IndexItem } from './index-file/operations.ts';
import type { MemorySettings } from './settings.ts';
import { digest } from './text/digest.ts';

/** Conversations of agents as memory reads them. */
export interface SessionTalks {
  /** The agent's newest conversations, at most a few thousand. */
  list(agentId: string): Promise<readonly { readonly sessionId: string; readonly updatedAtMs: number }[]>;
  /** What was said: one line a message, `User: …` or `Assistant: …`; empty when nothing was. */
  read(sessionId: string): Promise<string>;
}

/** What was last seen of conversations, so that those nobody spoke in are not read again. */
export interface TalkWatch {
  readonly talks: SessionTalks;
  readonly seen: Map<string, Seen>;
}

interface Seen {
  readonly updatedAtMs: number;
  /** Of the text that is in the index. */
  readonly bytes: number;
  readonly lines: number;
}

const SEEN_MAX = 10_000;
/** What one pass holds in memory. */
const PASS_MAX_BYTES = 32 * 1024 * 1024;

export function createTalkWatch(talks: SessionTalks): TalkWatch {
  return { talks, seen: new Map() };
}

/** The path of a conversation in results, as the original writes it. */
function pathOf(sessionId: string): string {
  return `sessions/${sessionId}.jsonl`;
}

/**
 * The conversations that have to be indexed: new ones, those that grew enough since they were (reference agent/automation.md
 * §5.4), and any change when `all` or when this process sees them for the first time. Those that are gone leave the index.
 */
export async function changedTalks(
  deps: { readonly thread: IndexThread; readonly clock: Clock; readonly talks: TalkWatch | undefined },
  settings: MemorySettings,
  target: string,
  all: boolean,
): Promise<{ readonly total: number; readonly changed: readonly IndexItem[] }> {
  const { thread, talks: watch } = deps;
  if (!settings.sources.includes('sessions')) {
    await thread.run('kept', { target, source: 'sessions', paths: [] });
    return { total: 0, changed: [] };
  }
  // Nobody here may read them: what another process indexed stays.
  if (watch === undefined) return { total: 0, changed: [] };
  const listed = await watch.talks.list(settings.agentId);
  const paths = listed.map(({ sessionId }) => pathOf(sessionId));
  const known = await thread.run('kept', { target, source: 'sessions', paths });
  if (watch.seen.size > SEEN_MAX) watch.seen.clear();
  const changed: IndexItem[] = [];
  let bytes = 0;
  for (const { sessionId, updatedAtMs } of listed) {
    const path = pathOf(sessionId);
    const before = watch.seen.get(sessionId);
    const row = known.get(path);
    // Without a hash some of its texts have no vector yet.
    const indexed = row?.hash === '' ? undefined : row;
    if (!all && indexed !== undefined && before?.updatedAtMs === updatedAtMs) continue;
    const text = await watch.talks.read(sessionId);
    const now = { updatedAtMs, bytes: Buffer.byteLength(text), lines: text.split('\n').length };
    const isSame = indexed !== undefined && indexed.hash === digest(text);
    if (isSame || (!all && indexed !== undefined && !hasGrown(before, now, settings))) {
      watch.seen.set(sessionId, isSame || before === undefined ? now : { ...before, updatedAtMs });
      continue;
    }
    // What is left waits for the next pass.
    if (bytes > PASS_MAX_BYTES) break;
    watch.seen.set(sessionId, now);
    bytes += now.bytes;
    if (text !== '') {
      changed.push({ path, absolutePath: path, mtimeMs: updatedAtMs, size: now.bytes, source: 'sessions', text });
    }
  }
  return { total: listed.length, changed };
}

/** Enough has been said since the conversation was indexed; a shorter one was rewritten. */
function hasGrown(before: Seen | undefined, now: Seen, { sync }: MemorySettings): boolean {
  if (before === undefined || now.bytes < before.bytes) return true;
  const { deltaBytes, deltaMessages } = sync.sessions;
  return now.bytes - before.bytes >= deltaBytes || now.lines - before.lines >= deltaMessages;
}
