import { randomUUID } from 'node:crypto';
import { canonicalSessionKey, mainSessionKey } from '@chela/agent';
import { CliFailure, type EmbeddedAgentRequest } from '@chela/cli';
import { defaultAgentId, ensureFirstRun, resolveStatePaths } from '@chela/config';
import { agentResult } from '@chela/gateway';
import { normalizeThinking, type ThinkingLevel, thinkingLevels } from '@chela/models';
import { type Core, createCore } from './core.ts';

const MS_PER_SECOND = 1000;
/** The longest interval a timer takes, about 24 days. */
const HOLD_MS = 2_147_483_647;

interface Target {
  readonly agentId: string;
  readonly sessionKey: string;
}

/** The session of the request; an unknown session id names a new session, as with the gateway. */
async function targetOf(core: Core, request: EmbeddedAgentRequest): Promise<Target> {
  const config = core.config.current();
  const agentId = request.agentId ?? defaultAgentId(config);
  if (request.sessionId === undefined) return { agentId, sessionKey: mainSessionKey(config, agentId) };
  const known = await core.store.sessions.bySessionId(request.sessionId);
  if (known !== undefined) return { agentId: known.agentId, sessionKey: known.key };
  return { agentId, sessionKey: canonicalSessionKey(`agent:${agentId}:${request.sessionId}`, config) };
}

function thinkingOf(text: string | undefined): ThinkingLevel | undefined {
  const level = text === undefined ? undefined : normalizeThinking(text);
  if (text === undefined || text.trim() === '' || level !== undefined) return level;
  const known = thinkingLevels(undefined, undefined).levels.filter((name) => name !== 'xhigh');
  throw new CliFailure([`Error: Invalid thinking level. Use one of: ${known.join(', ')}.`]);
}

/** Levels given on the command line stay with the session. */
async function storeLevels(
  core: Core,
  { agentId, sessionKey }: Target,
  thinking: ThinkingLevel | undefined,
  verbose: EmbeddedAgentRequest['verbose'],
): Promise<void> {
  if (thinking === undefined && verbose === undefined) return;
  await core.store.sessions.upsert(sessionKey, agentId, (current) => ({
    ...current,
    sessionId: current?.sessionId || randomUUID(),
    updatedAt: core.clock.now(),
    ...(thinking !== undefined && { thinkingLevel: thinking }),
    ...(verbose !== undefined && { verboseLevel: verbose }),
  }));
}

async function runTurn(core: Core, request: EmbeddedAgentRequest): Promise<unknown> {
  const thinking = thinkingOf(request.thinking);
  const target = await targetOf(core, request);
  await storeLevels(core, target, thinking, request.verbose);
  const runId = randomUUID();
  const submitted = await core.agent.submit({
    ...target,
    runId,
    source: 'agent',
    requestedSessionKey: target.sessionKey,
    text: request.message,
    images: [],
    timeoutMs: request.timeoutSeconds * MS_PER_SECOND,
    ...(thinking !== undefined && { thinking }),
  });
  if (submitted.status === 'inFlight') throw new Error('the run is already going on in another process');
  return agentResult(runId, await submitted.outcome).result;
}

/** Runs one turn in this process, for `agent --local` and for when no gateway answers. */
export async function runEmbedded(request: EmbeddedAgentRequest): Promise<unknown> {
  // The core's own timers hold no process, so that a gateway can stop; here the turn is what the process lives for.
  const hold = setInterval(() => {}, HOLD_MS);
  try {
    const { created } = await ensureFirstRun(resolveStatePaths(process.env));
    const core = await createCore({ env: process.env, watch: false, console: false, isFreshInstall: created });
    try {
      return await runTurn(core, request);
    } finally {
      await core.close(0);
    }
  } finally {
    clearInterval(hold);
  }
}
