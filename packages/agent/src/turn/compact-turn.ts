import { compactedEntry, compactHistory } from '../compaction/compact-history.ts';
import { compactionSettings } from '../compaction/compaction-settings.ts';
import { criticalRulesNote } from '../compaction/critical-sections.ts';
import { contextTokens } from '../compaction/history-tokens.ts';
import { unreadFiles, unreadFilesNote } from '../compaction/unread-files.ts';
import { isConversation } from '../messages/conversation.ts';
import type { ModelContext } from './model-context.ts';
import { emitEvent } from './run-events.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';

/** Compaction inside a turn: before a request that would not fit, and after one that did not (reference agent/sessions.md §14.1). */

export async function compactIfFull(deps: TurnDeps, turn: Turn, context: ModelContext): Promise<void> {
  if (turn.nothingToCompact) return;
  const { threshold, keepRecent } = compactionSettings(deps.config.current(), context.contextWindow);
  if (contextTokens(turn.log, context.fixedChars) <= threshold) return;
  turn.nothingToCompact = !(await compact(deps, turn, context, { keepTokens: keepRecent, willRetry: false }));
}

/** Compactions after overflows; later ones only cut. */
const COMPACTIONS_MAX = 3;

/**
 * Makes the next request shorter, the more so the more often it was too long. When a compaction has nothing to gain the
 * request itself is cut, which always makes it shorter.
 */
export async function shorten(deps: TurnDeps, turn: Turn, context: ModelContext, overflows: number): Promise<void> {
  const { keepRecent } = compactionSettings(deps.config.current(), context.contextWindow);
  const keepTokens = Math.floor(keepRecent / 2 ** (overflows - 1));
  const mayCompact = overflows <= COMPACTIONS_MAX;
  const compacted = mayCompact && (await compact(deps, turn, context, { keepTokens, willRetry: true }));
  if (!compacted || overflows > 1) turn.windowShare /= 2;
}

/**
 * After a turn in which the history was summarised, the rules of the workspace and what should have been read again stand in
 * front of the next message of a conversation; programs have no system events.
 */
export async function remindOfStart(deps: TurnDeps, turn: Turn): Promise<void> {
  const { request } = turn.run;
  if (!turn.hasCompacted || !isConversation(request)) return;
  const workspaceDir = turn.contextInput?.workspaceDir ?? '';
  const files = await deps.bootstrap.read(workspaceDir);
  const agents = files.find(({ name }) => name === 'AGENTS.md')?.content;
  const rules = agents === undefined ? undefined : criticalRulesNote(agents);
  if (rules !== undefined) deps.systemEvents.add(request.sessionKey, rules, 'post-compaction');
  const unread = unreadFilesNote(await unreadFiles(workspaceDir, turn.log));
  if (unread !== undefined) deps.systemEvents.add(request.sessionKey, unread, 'post-compaction-audit');
}

/** The summary and the session's count are one transaction. False when there was nothing to gain. */
async function compact(
  deps: TurnDeps,
  turn: Turn,
  context: ModelContext,
  { keepTokens, willRetry }: { readonly keepTokens: number; readonly willRetry: boolean },
): Promise<boolean> {
  const { request, signal } = turn.run;
  const { agentId, runId, sessionKey } = request;
  const sessionId = turn.session?.sessionId ?? '';
  emitEvent(deps, request, { type: 'compactionStarted' });
  const { reserve } = compactionSettings(deps.config.current(), context.contextWindow);
  const compaction = await compactHistory(deps, {
    agentId,
    sessionId,
    branch: turn.log,
    models: [context.model, ...turn.candidates.filter((model) => model !== context.model)],
    keepTokens,
    reserve,
    signal,
  });
  if (compaction !== undefined) {
    const appended = await deps.store.ledger.appendStep({
      runId,
      sessionId,
      entries: [compaction.entry],
      toolCalls: [],
      session: {
        key: sessionKey,
        agentId,
        change: (current) => {
          const now = deps.clock.now();
          return compactedEntry(current ?? { sessionId, updatedAt: now }, now);
        },
      },
    });
    turn.log.push(...appended);
    turn.hasCompacted = true;
    deps.metrics.count('chela_compactions_total', { by: compaction.byModel ? 'model' : 'rules' });
  }
  emitEvent(deps, request, { type: 'compactionEnded', compacted: compaction !== undefined, willRetry });
  return compaction !== undefined;
}
