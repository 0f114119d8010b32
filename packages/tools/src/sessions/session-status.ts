import type { Config } from '@chela/config';
import { optionalText } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { textResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import { requireRoom } from '../rooms/rooms.ts';
import type { SessionRoom } from '../rooms/sessions.ts';
import { agentOfKey, looksLikeKey } from './session-keys.ts';
import { fieldSummary } from './summary.ts';
import { crossAgentProblem } from './visibility.ts';

/** The `session_status` tool (reference agent/tools.md §6). */
export function createSessionStatusTool(deps: {
  readonly config: () => Config;
  readonly sessions: SessionRoom | undefined;
}): BuiltInTool {
  async function keyOf(room: SessionRoom, reference: string): Promise<string> {
    const isKey = looksLikeKey(reference);
    const found = isKey ? await room.find(reference) : await room.findById(reference);
    if (found !== undefined) return found.key;
    throw new Error(isKey ? `Unknown sessionKey: ${reference}` : `Unknown sessionId: ${reference}`);
  }

  return {
    name: 'session_status',
    description:
      'Show the status card of a session: time, model, usage. With model, set its model; "default" clears that.',
    parameters: contractParameters('session_status'),
    sideEffects: 'possible',
    summary: fieldSummary([
      ['sessionKey', 'session'],
      ['model', 'model'],
    ]),
    async run(args, context) {
      const room = requireRoom(deps.sessions, 'The session store');
      const reference = optionalText(args, 'sessionKey');
      const targetAgent = agentOfKey(reference ?? '') ?? context.agentId;
      const problem = crossAgentProblem(deps.config(), context.agentId, targetAgent, 'status');
      if (problem !== undefined) throw new Error(problem);
      const sessionKey = reference === undefined ? context.sessionKey : await keyOf(room, reference);
      const model = optionalText(args, 'model');
      const wanted = model?.toLowerCase() === 'default' ? undefined : model;
      const { changed } = model === undefined ? { changed: false } : await room.setModel(sessionKey, wanted);
      const statusText = await room.statusCard(sessionKey);
      return textResult(statusText, { ok: true, sessionKey, changedModel: changed, statusText });
    },
  };
}
