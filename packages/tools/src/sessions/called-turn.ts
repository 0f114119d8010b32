import { isRecord } from '../call/arguments.ts';
import type { CalledTurn, CallerPlace } from '../rooms/agent-caller.ts';
import type { ToolOrigin } from '../tool.ts';

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
    ...readSpawn(spawn),
  };
}

function readSpawn(spawn: unknown): Pick<CalledTurn, 'spawn'> {
  if (!isRecord(spawn) || typeof spawn.by !== 'string') return {};
  const { by, depth, label } = spawn;
  const answersTo = placeOf(isRecord(spawn.answersTo) ? spawn.answersTo : undefined);
  return {
    spawn: {
      by,
      ...(typeof depth === 'number' && { depth }),
      ...(typeof label === 'string' && { label }),
      ...(answersTo !== undefined && { answersTo }),
    },
  };
}

/** The place of a channel in what a turn or a row knows of its origin; undefined when there is none to write to. */
export function placeOf(
  origin: Pick<ToolOrigin, 'channel' | 'to' | 'accountId' | 'threadId'> | Readonly<Record<string, unknown>> | undefined,
): CallerPlace | undefined {
  const { channel, to, accountId, threadId } = origin ?? {};
  if (typeof channel !== 'string' || typeof to !== 'string' || typeof accountId !== 'string') return undefined;
  return { channel, to, accountId, ...(typeof threadId === 'string' && { threadId }) };
}
