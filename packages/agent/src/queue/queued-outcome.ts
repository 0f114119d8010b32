import type { RunOutcome } from '../runtime.ts';

/** What the sender of a message hears that another run is going to answer: an end without words. Pure. */
export function queuedOutcome(receivedAt: number, now: number): RunOutcome {
  return {
    kind: 'answered',
    payloads: [],
    silent: true,
    queued: true,
    meta: {
      durationMs: now - receivedAt,
      aborted: false,
      agentMeta: { sessionId: '', provider: '', model: '' },
    },
    startedAt: receivedAt,
    endedAt: now,
  };
}
