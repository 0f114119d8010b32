import { randomUUID } from 'node:crypto';
import type { AgentCommandResult, EmbeddedAgentRequest } from '@chela/cli';
import { ensureFirstRun, resolveStatePaths } from '@chela/config';
import { createCore } from './core.ts';

const MS_PER_SECOND = 1000;

/** Runs one turn in this process, for `agent --local` and for when no gateway answers. */
export async function runEmbedded(request: EmbeddedAgentRequest): Promise<AgentCommandResult> {
  await ensureFirstRun(resolveStatePaths(process.env));
  const core = await createCore({ env: process.env, watch: false, console: false });
  try {
    const submitted = await core.agent.submit({
      runId: randomUUID(),
      source: 'agent',
      agentId: request.agentId,
      sessionKey: request.sessionKey,
      requestedSessionKey: request.sessionKey,
      text: request.message,
      images: [],
      timeoutMs: request.timeoutSeconds * MS_PER_SECOND,
    });
    if (submitted.status === 'inFlight') throw new Error('the run is already going on in another process');
    const outcome = await submitted.outcome;
    return { payloads: outcome.kind === 'aborted' ? [] : outcome.payloads, meta: outcome.meta };
  } finally {
    await core.close(0);
  }
}
