import { once } from 'node:events';
import { GatewayClosedError } from '@chela/protocol';
import type { GatewayUnderFire } from './gateway-under-fire.ts';
import type { PlannedMessage } from './plan.ts';

/** Tells when a run has ended, as events on any connection or a repeated request say. */
export interface Endings {
  /** Resolves once the run has ended. */
  of(runId: string): Promise<void>;
  note(runId: string): void;
}

export function createEndings(): Endings {
  const endings = new Map<string, PromiseWithResolvers<void>>();
  const entry = (runId: string): PromiseWithResolvers<void> => {
    const known = endings.get(runId) ?? Promise.withResolvers<void>();
    endings.set(runId, known);
    return known;
  };
  return { of: (runId) => entry(runId).promise, note: (runId) => entry(runId).resolve() };
}

const ANSWERED = new Set(['ok', 'error']);

/**
 * Sends one message until its run has ended: after a lost connection the same request goes out again with the same
 * idempotency key.
 */
export async function deliver(gateway: GatewayUnderFire, endings: Endings, message: PlannedMessage): Promise<void> {
  const { runId, sessionKey, mark } = message;
  for (;;) {
    const { client, gone } = await gateway.link();
    const lost = new AbortController();
    try {
      const params = { sessionKey, message: `Please handle ${mark}.`, idempotencyKey: runId };
      const answer = await client.request('chat.send', params);
      if (ANSWERED.has(statusOf(answer))) return;
      const isLost = gone.aborted ? undefined : once(gone, 'abort', { signal: lost.signal }).then(() => 'lost');
      const outcome = await Promise.race([endings.of(runId).then(() => 'ended'), isLost ?? 'lost']);
      if (outcome === 'ended') return;
    } catch (error) {
      if (!(error instanceof GatewayClosedError)) throw error;
    } finally {
      lost.abort();
    }
  }
}

function statusOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('status' in answer)) return '';
  return String(answer.status);
}
