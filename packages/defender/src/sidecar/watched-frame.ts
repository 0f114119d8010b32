import { isRecord } from '../is-record.ts';

/** Events that tell how a gateway is, not what it is about to do; and the defender's own. */
const NO_ACTIONS: ReadonlySet<string> = new Set([
  'connect.challenge',
  'tick',
  'health',
  'presence',
  'heartbeat',
  'shutdown',
  'voicewake.changed',
  'talk.mode',
  'exec.approval.resolved',
  'security.decision',
]);

/**
 * The part of an event frame that may be an action, or undefined: pieces of a text on its way are judged when the text
 * is whole, a tool call when it starts.
 */
export function watchedFrame(event: string, payload: unknown): unknown {
  if (NO_ACTIONS.has(event) || !isRecord(payload)) return undefined;
  if (event === 'chat') return payload.state === 'final' ? { event, payload } : undefined;
  if (event !== 'agent') return { event, payload };
  return payload.stream === 'tool' ? startedTool(payload) : undefined;
}

/** A tool event names its tool `name`; arguments come under names of their own (reference protocol/events.json, agent). */
function startedTool({ data, sessionKey, runId }: Readonly<Record<string, unknown>>): unknown {
  if (!isRecord(data) || data.phase !== 'start') return undefined;
  const id = typeof data.toolCallId === 'string' ? data.toolCallId : runId;
  return { event: 'agent', id, sessionId: sessionKey, tool: data.name, arguments: data.args };
}
