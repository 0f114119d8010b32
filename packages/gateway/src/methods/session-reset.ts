import { randomUUID } from 'node:crypto';
import { unavailable } from '@chela/protocol';
import type { SessionEntry, SessionRow } from '@chela/store';
import type { GatewayServices } from '../method.ts';
import { routeOf } from './session-row.ts';

/** How long a run may take to end before its session can be reset or deleted (reference protocol/methods.json). */
const STOP_WAIT_MS = 15_000;

/** What a person chose for a session, and where it talks to: kept over a reset. Everything else starts anew. */
const KEPT_MEMBERS = [
  'thinkingLevel',
  'verboseLevel',
  'reasoningLevel',
  'responseUsage',
  'model',
  'contextTokens',
  'sendPolicy',
  'label',
  'origin',
  'skillsSnapshot',
] as const;

/** Ends the session's runs, then gives it a new id, an empty transcript and zeroed counters. Creates a missing one. */
export async function resetSession(services: GatewayServices, key: string): Promise<SessionRow> {
  await stopSession(services, key);
  const row = await services.store.sessions.renew(key, (current) => freshEntry(current, services.clock.now()));
  await services.store.mirrored();
  return row;
}

/** Ends every run of a session. Throws UNAVAILABLE when one does not end in time. */
export async function stopSession(services: GatewayServices, key: string): Promise<void> {
  const { runIds } = await services.agent.abort({ sessionKey: key, origin: 'rpc' });
  const outcomes = await Promise.all(runIds.map((runId) => services.agent.wait(runId, STOP_WAIT_MS)));
  if (outcomes.includes(undefined)) throw unavailable(`Session ${key} is still active; try again in a moment.`);
}

function freshEntry(current: SessionEntry | undefined, now: number): SessionEntry {
  const kept = Object.fromEntries(
    KEPT_MEMBERS.flatMap((name) => (current?.[name] === undefined ? [] : [[name, current[name]]])),
  );
  const route = current === undefined ? undefined : routeOf(current);
  return {
    ...kept,
    ...(route?.channel !== undefined && { lastChannel: route.channel }),
    ...(route?.to !== undefined && { lastTo: route.to }),
    sessionId: randomUUID(),
    updatedAt: now,
    systemSent: false,
    abortedLastRun: false,
    inputTokens: 0,
    outputTokens: 0,
    totalTokens: 0,
    totalTokensFresh: true,
  };
}
