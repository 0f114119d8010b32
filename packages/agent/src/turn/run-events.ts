import type { AgentRequest, RunEvent } from '../runtime.ts';
import type { TurnDeps } from './turn-deps.ts';

/** Distributes over the union so that each kind of event keeps its own members. */
type Detail<E> = E extends RunEvent ? Omit<E, keyof ReturnType<typeof eventHead>> : never;

/** Hands an event of a run to the listeners. */
export function emitEvent(
  deps: Pick<TurnDeps, 'emit' | 'clock'>,
  request: AgentRequest,
  detail: Detail<RunEvent>,
): void {
  // Of a heartbeat people only hear what came of it.
  if (request.heartbeat !== undefined) return;
  deps.emit({ ...eventHead(request, deps.clock.now()), ...detail });
}

export function eventHead(request: AgentRequest, at: number) {
  return {
    runId: request.runId,
    sessionKey: request.sessionKey,
    requestedSessionKey: request.requestedSessionKey,
    source: request.source,
    ...(request.origin === undefined ? {} : { origin: request.origin }),
    at,
  };
}
