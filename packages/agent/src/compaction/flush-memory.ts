import type { SessionEntry } from '@chela/store';
import { isRecord } from '../messages/content-parts.ts';
import type { AgentRequest } from '../runtime.ts';
import { classifySessionKey } from '../sessions/session-kind.ts';
import { driveTurn } from '../turn/drive-turn.ts';
import { sessionThatGoesOn } from '../turn/open-session.ts';
import { createTurn } from '../turn/turn.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';
import { createTurnRun, type TurnRun } from '../turn/turn-run.ts';
import { compactionSettings, type MemoryFlushSettings } from './compaction-settings.ts';
import { memoryFlushDue } from './memory-flush.ts';

/**
 * A turn that nobody sees, before a message in a session that is soon to be compacted: the model may write down what it
 * wants to remember (reference agent/sessions.md §14.3). It is a row of the ledger like any other turn, named after the
 * compaction cycle, so that it happens once a cycle.
 */
export async function flushMemory(deps: TurnDeps, run: TurnRun): Promise<void> {
  const { request } = run;
  if (!mayFlush(deps, request)) return;
  const entry = await sessionThatGoesOn(deps, request);
  const contextWindowTokens = entry?.contextTokens ?? 0;
  const settings = compactionSettings(deps.config.current(), contextWindowTokens).memoryFlush;
  if (entry === undefined || settings === undefined || contextWindowTokens <= 0) return;
  if (!memoryFlushDue({ entry: flushFacts(entry), contextWindowTokens, ...settings })) return;
  const next = flushRequest(deps, request, entry, settings);
  const { runId, source, agentId, sessionKey } = next;
  const { created } = await deps.store.ledger.accept({ runId, source, agentId, sessionKey, body: next });
  if (created) await runQuietly(deps, run, createTurnRun(next, deps.clock.now()));
  await deps.store.sessions.upsert(sessionKey, agentId, (current) => ({
    ...(current ?? entry),
    memoryFlushAt: deps.clock.now(),
    memoryFlushCompactionCount: current?.compactionCount ?? 0,
  }));
}

/** Ends with the run it stands before. */
async function runQuietly(deps: TurnDeps, before: TurnRun, flush: TurnRun): Promise<void> {
  const stop = (): void => flush.abort(before.abortReason() ?? 'rpc');
  if (before.signal.aborted) stop();
  before.signal.addEventListener('abort', stop, { once: true });
  try {
    await driveTurn({ ...deps, emit: () => {} }, createTurn(flush));
  } finally {
    before.signal.removeEventListener('abort', stop);
  }
}

/** Not for turns of programs, and not where nothing can be written. */
function mayFlush(deps: Pick<TurnDeps, 'config'>, request: AgentRequest): boolean {
  if (request.memoryFlush === true || request.freshSession === true) return false;
  const kind = classifySessionKey(request.sessionKey);
  if (kind.subagent || request.sessionKey.includes(':cron:')) return false;
  const sandbox = deps.config.current().agents?.defaults?.sandbox;
  if (!isRecord(sandbox)) return true;
  return (sandbox.mode ?? 'off') === 'off' || sandbox.workspaceAccess === 'rw';
}

function flushFacts(entry: SessionEntry) {
  const { totalTokens, compactionCount, memoryFlushCompactionCount } = entry;
  return {
    totalTokens,
    compactionCount,
    memoryFlushCompactionCount: typeof memoryFlushCompactionCount === 'number' ? memoryFlushCompactionCount : undefined,
  };
}

const PROMPT = [
  'This session is about to be summarised. Write down now what you want to remember for good:',
  'append it to memory/YYYY-MM-DD.md in the workspace (create the folder if needed; keep what is there).',
  'If there is nothing to keep, reply with NO_REPLY.',
].join('\n');
const SYSTEM_PROMPT =
  'This turn is for saving memories before the conversation is summarised. The user does not see it. When you are done, reply with NO_REPLY.';
const SILENT_HINT = 'Reply with NO_REPLY when there is nothing to say.';

function flushRequest(
  deps: Pick<TurnDeps, 'clock' | 'time'>,
  { agentId, sessionKey }: AgentRequest,
  entry: SessionEntry,
  settings: MemoryFlushSettings,
): AgentRequest {
  const now = deps.clock.now();
  const day = deps.time.day(now);
  const dated = (text: string): string => (text.includes('NO_REPLY') ? text : `${text}\n\n${SILENT_HINT}`);
  return {
    runId: `memory-flush:${entry.sessionId}:${entry.compactionCount ?? 0}`,
    source: 'agent',
    agentId,
    sessionKey,
    requestedSessionKey: sessionKey,
    text: `${dated(settings.prompt ?? PROMPT).replaceAll('YYYY-MM-DD', day)}\nCurrent time: ${deps.time.stamp('.', now).replace(/^\[|\] \.$/g, '')}`,
    images: [],
    extraSystemPrompt: dated(settings.systemPrompt ?? SYSTEM_PROMPT).replaceAll('YYYY-MM-DD', day),
    verbatim: true,
    memoryFlush: true,
  };
}
