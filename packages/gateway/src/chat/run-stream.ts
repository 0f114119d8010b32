import type { RunEvent, RunOutcome } from '@chela/agent';
import type { Clock } from '@chela/observability';
import {
  type AgentPayload,
  assistantText,
  type ChatState,
  chatSessionKey,
  endOfChat,
  endOfLifecycle,
  type RunIdentity,
  textData,
  toolData,
} from './frames.ts';
import { createTextMerger } from './text-merger.ts';

/** Agent text and thinking frames of a run are at least this far apart. */
const AGENT_TICK_MS = 12;
/** Chat deltas of a run are at least this far apart (reference protocol/protocol.md §6). */
const CHAT_DELTA_MS = 150;

/** What the settings of the session let viewers see of a run. */
export interface RunVisibility {
  /** Verbose level `full`: tool events carry results. */
  readonly toolResults: boolean;
  /** Reasoning level `stream`: thinking is an event stream of its own. */
  readonly thinking: boolean;
}

/** Where the frames of a run go. */
export interface RunSink {
  agent(payload: AgentPayload): void;
  tool(payload: AgentPayload): void;
  chat(payload: Readonly<Record<string, unknown>>, options: { readonly droppable: boolean }): void;
}

/**
 * The view of one run from outside: turns its events into `agent` and `chat` payloads, text merged per tick.
 * open → ended; nothing is emitted after the end, and the last state of the text always comes before it.
 */
export interface RunStream {
  handle(event: RunEvent): void;
  close(): void;
}

export function createRunStream(deps: {
  readonly run: RunIdentity;
  readonly visibility: RunVisibility;
  readonly clock: Clock;
  readonly sink: RunSink;
}): RunStream {
  const { run, clock, sink } = deps;
  let seq = 0;
  let shownText = '';
  let chatDeltaAt = Number.NEGATIVE_INFINITY;
  let ended = false;

  const agentPayload = (stream: AgentPayload['stream'], data: AgentPayload['data']): AgentPayload => {
    seq += 1;
    return { runId: run.runId, stream, data, sessionKey: run.sessionKey, seq, ts: clock.now() };
  };
  const chat = (state: ChatState, outcome?: RunOutcome): void => {
    const sessionKey = chatSessionKey(run, state, outcome);
    sink.chat(
      { runId: run.runId, sessionKey, seq: Math.max(1, seq), ...state },
      { droppable: state.state === 'delta' },
    );
  };
  const assistant = createTextMerger({
    clock,
    tickMs: AGENT_TICK_MS,
    emit: (piece) => sink.agent(agentPayload('assistant', textData(piece))),
  });
  const thinking = createTextMerger({
    clock,
    tickMs: AGENT_TICK_MS,
    emit: (piece) => sink.agent(agentPayload('thinking', textData(piece))),
  });
  /** Chat deltas carry the whole text and the final follows anyway, so one that comes too early is left out. */
  const chatDelta = (text: string): void => {
    const now = clock.now();
    if (now - chatDeltaAt < CHAT_DELTA_MS) return;
    chatDeltaAt = now;
    chat({ state: 'delta', message: assistantText(text, now) });
  };
  const flushAgentText = (): void => {
    thinking.flush();
    assistant.flush();
  };
  const close = (): void => {
    ended = true;
    assistant.discard();
    thinking.discard();
  };
  const end = (event: Extract<RunEvent, { type: 'ended' }>): void => {
    flushAgentText();
    close();
    const lifecycle = endOfLifecycle(event.source, event.outcome);
    if (lifecycle !== undefined) sink.agent(agentPayload('lifecycle', lifecycle));
    chat(endOfChat(event.source, event.outcome, shownText, clock.now()), event.outcome);
  };

  return {
    handle(event) {
      if (ended) return;
      switch (event.type) {
        case 'started':
          sink.agent(agentPayload('lifecycle', { phase: 'start', startedAt: event.startedAt }));
          return;
        case 'text':
          if (event.delta === '') return;
          shownText = event.text;
          assistant.push(event);
          chatDelta(event.text);
          return;
        case 'thinking':
          if (deps.visibility.thinking && event.delta !== '') thinking.push(event);
          return;
        case 'assistantMessage':
          flushAgentText();
          return;
        case 'toolStarted':
        case 'toolUpdated':
        case 'toolFinished':
          flushAgentText();
          sink.tool(agentPayload('tool', toolData(event, deps.visibility.toolResults)));
          return;
        case 'compactionStarted':
          flushAgentText();
          sink.agent(agentPayload('compaction', { phase: 'start' }));
          return;
        case 'compactionEnded':
          sink.agent(agentPayload('compaction', { phase: 'end', willRetry: event.willRetry }));
          return;
        case 'ended':
          end(event);
      }
    },
    close,
  };
}
