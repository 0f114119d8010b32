import type { Config } from '@chela/config';
import { optionalFlag, optionalNumber, requiredText } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import { requireRoom } from '../rooms/rooms.ts';
import type { SessionRoom } from '../rooms/sessions.ts';
import { historyView } from './history-view.ts';
import { resolveSession } from './resolve-session.ts';
import { storedKey } from './session-keys.ts';
import { fieldSummary } from './summary.ts';
import { accessProblem } from './visibility.ts';

const LIMIT_DEFAULT = 200;
const LIMIT_MAX = 1000;

/** The `sessions_history` tool (reference agent/tools.md §6). */
export function createSessionsHistoryTool(deps: {
  readonly config: () => Config;
  readonly sessions: SessionRoom | undefined;
}): BuiltInTool {
  return {
    name: 'sessions_history',
    description: 'Read the newest messages of another session, tool results included only on request.',
    parameters: contractParameters('sessions_history'),
    sideEffects: 'none',
    summary: fieldSummary([
      ['sessionKey', 'session'],
      ['limit', 'limit'],
      ['includeTools', 'tools'],
    ]),
    async run(args, context) {
      const room = requireRoom(deps.sessions, 'The session store');
      const reference = requiredText(args, 'sessionKey');
      const target = await resolveSession(room, reference, context.agentId);
      if (target === undefined) return jsonResult({ status: 'error', error: `No session found: ${reference}` });
      const problem = accessProblem(deps.config(), context, target, 'history');
      if (problem !== undefined) return jsonResult({ status: 'forbidden', error: problem });
      const limit = Math.max(1, Math.floor(optionalNumber(args, 'limit') ?? LIMIT_DEFAULT));
      const messages = await room.history(storedKey(target.key, context, deps.config()), Math.min(limit, LIMIT_MAX));
      const { messages: shown, ...facts } = historyView(messages, optionalFlag(args, 'includeTools') === true);
      return jsonResult({ sessionKey: target.key, messages: shown, ...facts });
    },
  };
}
