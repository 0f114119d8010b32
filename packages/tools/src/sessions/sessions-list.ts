import type { Config } from '@chela/config';
import type { Clock } from '@chela/observability';
import { optionalNumber, textList } from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import { requireRoom } from '../rooms/rooms.ts';
import type { SessionFacts, SessionRoom } from '../rooms/sessions.ts';
import { historyView } from './history-view.ts';
import { SESSION_KINDS, type SessionKind, sessionKind } from './session-keys.ts';
import { fieldSummary } from './summary.ts';
import { accessProblem, sessionVisibility } from './visibility.ts';

const LIMIT_DEFAULT = 200;
const LIMIT_MAX = 1000;
const MESSAGES_MAX = 20;

function channelOf(facts: SessionFacts, kind: SessionKind): string {
  if (kind === 'cron' || kind === 'hook' || kind === 'node') return 'internal';
  const inKey = kind === 'group' ? /([^:]+):(?:group|channel):/.exec(facts.key)?.[1] : undefined;
  return facts.channel ?? facts.lastChannel ?? inKey ?? 'unknown';
}

function entryOf(facts: SessionFacts, kind: SessionKind): Readonly<Record<string, unknown>> {
  return {
    key: facts.key,
    kind,
    channel: channelOf(facts, kind),
    label: facts.label,
    displayName: facts.displayName ?? facts.label,
    deliveryContext: facts.deliveryContext,
    updatedAt: facts.updatedAt,
    sessionId: facts.sessionId,
    model: facts.model,
    contextTokens: facts.contextTokens,
    totalTokens: facts.totalTokens,
    thinkingLevel: facts.thinkingLevel,
    verboseLevel: facts.verboseLevel,
    systemSent: facts.systemSent,
    abortedLastRun: facts.abortedLastRun,
    sendPolicy: facts.sendPolicy,
    lastChannel: facts.lastChannel,
    lastTo: facts.lastTo,
    lastAccountId: facts.lastAccountId,
    transcriptPath: facts.transcriptPath,
  };
}

/** A word that is no kind filters nothing. */
function readKind(word: string): readonly SessionKind[] {
  const kind = SESSION_KINDS.find((known) => known === word.trim().toLowerCase());
  return kind === undefined ? [] : [kind];
}

/** The `sessions_list` tool (reference agent/tools.md §6). */
export function createSessionsListTool(deps: {
  readonly config: () => Config;
  readonly clock: Clock;
  readonly sessions: SessionRoom | undefined;
}): BuiltInTool {
  function visible(room: SessionRoom, context: CallContext, limit: number, updatedAfter: number | undefined) {
    const scope = sessionVisibility(deps.config(), context);
    return room.list({
      limit,
      ...(updatedAfter !== undefined && { updatedAfter }),
      ...(scope === 'all' ? {} : { agentIds: [context.agentId] }),
      ...(scope === 'self' || scope === 'tree' ? { treeOf: context.sessionKey } : {}),
    });
  }

  return {
    name: 'sessions_list',
    description: 'List sessions, newest first, optionally by kind or recent activity, with their last messages.',
    parameters: contractParameters('sessions_list'),
    sideEffects: 'none',
    summary: fieldSummary([
      ['kinds', 'kinds'],
      ['limit', 'limit'],
      ['activeMinutes', 'active'],
      ['messageLimit', 'messages'],
    ]),
    async run(args, context) {
      const room = requireRoom(deps.sessions, 'The session store');
      const config = deps.config();
      const kinds = new Set(textList(args, 'kinds').flatMap((kind) => readKind(kind)));
      const limit = Math.min(LIMIT_MAX, Math.max(1, Math.floor(optionalNumber(args, 'limit') ?? LIMIT_DEFAULT)));
      const minutes = optionalNumber(args, 'activeMinutes');
      const after = minutes === undefined ? undefined : deps.clock.now() - minutes * 60_000;
      const perSession = Math.min(MESSAGES_MAX, Math.max(0, Math.floor(optionalNumber(args, 'messageLimit') ?? 0)));
      const mainKey = config.session?.mainKey ?? 'main';
      const sessions: Readonly<Record<string, unknown>>[] = [];
      for (const facts of await visible(room, context, limit, after)) {
        if (accessProblem(config, context, facts, 'list') !== undefined) continue;
        const kind = sessionKind(facts.key, mainKey);
        if (kinds.size > 0 && !kinds.has(kind)) continue;
        const entry = entryOf(facts, kind);
        if (perSession === 0) sessions.push(entry);
        else {
          const messages = await room.history(facts.key, perSession);
          sessions.push({ ...entry, messages: historyView(messages, false).messages });
        }
      }
      return jsonResult({ count: sessions.length, sessions });
    },
  };
}
