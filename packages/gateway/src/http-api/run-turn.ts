import type { AgentRequest, ClientTool, RunOutcome } from '@chela/agent';
import type { ImagePart } from '@chela/models';
import type { GatewayServices } from '../method.ts';
import { assertMaySend, loadSession } from '../methods/session-access.ts';
import type { RunTarget } from './run-target.ts';

/** A turn that an HTTP client asks for. */
export interface HttpTurn {
  readonly runId: string;
  readonly target: Extract<RunTarget, { ok: true }>;
  readonly text: string;
  readonly images: readonly ImagePart[];
  readonly extraSystemPrompt: string | undefined;
  readonly clientTools?: readonly ClientTool[];
}

/** Said where the answer has no text (reference protocol/http.md §2). */
export const NO_ANSWER = 'No response from OpenClaw.';

/**
 * Runs a turn to its outcome; `onText` gets each piece of text as it is written. The turn belongs to the ledger: it goes
 * on when the client leaves.
 */
export async function runHttpTurn(
  services: GatewayServices,
  turn: HttpTurn,
  onText: (delta: string) => void,
): Promise<RunOutcome> {
  const { runId, target } = turn;
  assertMaySend(services.config.current(), await loadSession(services, target.sessionKey));
  const unsubscribe = services.agent.subscribe((event) => {
    if (event.type === 'text' && event.runId === runId && event.source === 'agent' && event.delta !== '') {
      onText(event.delta);
    }
  });
  try {
    const submitted = await services.agent.submit(requestOf(turn));
    if (submitted.status === 'inFlight') throw new Error(`the run ${runId} is already going on`);
    return await submitted.outcome;
  } finally {
    unsubscribe();
  }
}

function requestOf({ runId, target, text, images, extraSystemPrompt, clientTools }: HttpTurn): AgentRequest {
  return {
    runId,
    source: 'agent',
    agentId: target.agentId,
    sessionKey: target.sessionKey,
    requestedSessionKey: target.requestedSessionKey,
    text,
    images,
    verbatim: true,
    ...(extraSystemPrompt !== undefined && { extraSystemPrompt }),
    ...(clientTools && clientTools.length > 0 && { clientTools }),
  };
}

/** The whole answer as one text; undefined when there is none. */
export function outcomeText(outcome: RunOutcome): string | undefined {
  const text = outcome.payloads
    .map((payload) => payload.text)
    .filter((part) => part.trim() !== '')
    .join('\n\n');
  return text === '' ? undefined : text;
}
