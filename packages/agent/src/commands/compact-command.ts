import { formatTokens } from '@chela/models';
import { compactedEntry, compactHistory } from '../compaction/compact-history.ts';
import { compactionSettings } from '../compaction/compaction-settings.ts';
import { overrideOf } from '../sessions/model-override.ts';
import { contextWindow } from '../turn/model-context.ts';
import type { CommandHandler } from './command.ts';

/** Entries of the branch that are read; older ones are beyond any context window. */
const BRANCH_MAX_ENTRIES = 5_000;

/** `/compact [instructions]`: the older part of the session becomes a summary (reference agent/sessions.md §14.1). */
export const answerCompact: CommandHandler = async ({ deps, config, request, session, signal }, args) => {
  const { agentId } = request;
  const override = overrideOf(session.entry);
  const { primary, fallbacks } = await deps.models.select({ agentId, ...(override === undefined ? {} : { override }) });
  const window = contextWindow(config, primary);
  const { keepRecent, reserve } = compactionSettings(config, window);
  const compaction = await compactHistory(deps, {
    agentId,
    sessionId: session.sessionId,
    branch: await deps.store.transcripts.branch(session.sessionId, BRANCH_MAX_ENTRIES),
    models: [primary, ...fallbacks],
    keepTokens: keepRecent,
    reserve,
    ...(args === '' ? {} : { instructions: args }),
    signal,
  });
  const used = session.entry?.totalTokens ?? 0;
  const share = window > 0 ? Math.round((used / window) * 100) : 0;
  const context = `Context ${formatTokens(used)}/${formatTokens(window)} (${share}%)`;
  if (signal.aborted) return { text: `⚙️ Compaction stopped; nothing was changed • ${context}` };
  if (compaction === undefined) return { text: `⚙️ Nothing to compact yet • ${context}` };
  const { entry, tokensBefore, byModel } = compaction;
  const how = byModel ? '' : ' • the model could not summarise, so only the outline was kept';
  const done = `Compacted (${formatTokens(tokensBefore)} before) • ${context}`;
  return {
    text: `⚙️ ${done}${how}`,
    notes: [done],
    entries: [entry],
    change: (current) => compactedEntry(current, deps.clock.now()),
  };
};
