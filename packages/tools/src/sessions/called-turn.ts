import { isRecord } from '../call/arguments.ts';
import type { CalledTurn } from '../rooms/agent-caller.ts';

/** Reads back a turn that was kept as JSON; undefined when it is none. */
export function readCalledTurn(value: unknown): CalledTurn | undefined {
  if (!isRecord(value)) return undefined;
  const { runId, agentId, sessionKey, text, extraSystemPrompt, model, thinking, timeoutMs, spawn } = value;
  if (typeof runId !== 'string' || typeof agentId !== 'string') return undefined;
  if (typeof sessionKey !== 'string' || typeof text !== 'string') return undefined;
  return {
    runId,
    agentId,
    sessionKey,
    text,
    ...(typeof extraSystemPrompt === 'string' && { extraSystemPrompt }),
    ...(typeof model === 'string' && { model }),
    ...(typeof thinking === 'string' && { thinking }),
    ...(typeof timeoutMs === 'number' && { timeoutMs }),
    ...(isRecord(spawn) &&
      typeof spawn.by === 'string' && {
        spawn: { by: spawn.by, ...(typeof spawn.label === 'string' && { label: spawn.label }) },
      }),
  };
}
