import type { AgentRuntime, RunEvent } from '@chela/agent';
import { type Clock, createTaskScope, type Logger, redactDeep, redactText } from '@chela/observability';
import type { Broadcast } from '../broadcast.ts';
import { noteFrame } from './frames.ts';
import { createRunStream, type RunSink, type RunStream, type RunVisibility } from './run-stream.ts';

/** Connections with this capability see tool events (reference protocol/protocol.md §2.2). */
const TOOL_EVENTS_CAP = 'tool-events';

const NOTHING_EXTRA: RunVisibility = { toolResults: false, thinking: false };

/** A run that was heard of: its events wait until it is known what viewers may see, then go straight through. */
type Viewed = { state: 'waiting'; events: RunEvent[] } | { state: 'open'; stream: RunStream };

/**
 * Publishes what happens in agent runs as `agent` and `chat` events. Owns one stream a run from its first event to its
 * end; it is the only sender of these events besides chat.inject. Text of a run costs at most one frame a tick whatever
 * the number of deltas.
 */
export function createRunFanout(deps: {
  readonly agent: Pick<AgentRuntime, 'subscribe'>;
  readonly broadcast: Broadcast;
  /** What the session's settings show; asked once a run. */
  readonly visibility: (sessionKey: string) => Promise<RunVisibility>;
  readonly clock: Clock;
  readonly logger: Logger;
}): { close(): Promise<void> } {
  const tasks = createTaskScope(deps.logger);
  const runs = new Map<string, Viewed>();
  const sink: RunSink = {
    agent: (payload) => deps.broadcast.send('agent', payload),
    // What tools are given and bring back may hold keys of others.
    tool: (payload) =>
      deps.broadcast.sendTo(deps.broadcast.withCapability(TOOL_EVENTS_CAP), 'agent', redactDeep(payload, redactText)),
    chat: (payload, { droppable }) => deps.broadcast.send('chat', payload, droppable ? { dropIfSlow: true } : {}),
  };
  const deliver = (stream: RunStream, event: RunEvent): void => {
    stream.handle(event);
    if (event.type === 'ended') runs.delete(event.runId);
  };
  const open = async (first: RunEvent): Promise<void> => {
    const visibility = await deps.visibility(first.sessionKey).catch((error: unknown) => {
      deps.logger.warn('could not read what a session shows; tool results stay hidden', { error });
      return NOTHING_EXTRA;
    });
    const viewed = runs.get(first.runId);
    if (viewed?.state !== 'waiting') return;
    const stream = createRunStream({ run: first, visibility, clock: deps.clock, sink });
    runs.set(first.runId, { state: 'open', stream });
    for (const event of viewed.events) deliver(stream, event);
  };
  const unsubscribe = deps.agent.subscribe((event) => {
    if (event.type === 'noted') return sink.chat(noteFrame(event), { droppable: false });
    const viewed = runs.get(event.runId);
    if (viewed?.state === 'open') return deliver(viewed.stream, event);
    if (viewed !== undefined) {
      viewed.events.push(event);
      return;
    }
    if (event.type === 'ended') {
      // Published after a restart: there is nothing before it and nothing to look up.
      createRunStream({ run: event, visibility: NOTHING_EXTRA, clock: deps.clock, sink }).handle(event);
      return;
    }
    runs.set(event.runId, { state: 'waiting', events: [event] });
    tasks.run('open a run stream', () => open(event));
  });
  return {
    async close() {
      unsubscribe();
      for (const viewed of runs.values()) if (viewed.state === 'open') viewed.stream.close();
      runs.clear();
      await tasks.close();
    },
  };
}
