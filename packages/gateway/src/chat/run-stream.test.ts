import type { RunEvent, RunOutcome } from '@chela/agent';
import { describe, expect, it } from 'vitest';
import { createSteppedClock } from '../methods/testing/stepped-clock.ts';
import { createRunStream, type RunVisibility } from './run-stream.ts';

const RUN = { runId: 'run-1', sessionKey: 'agent:main:main', requestedSessionKey: 'main' };
const META = { durationMs: 5, aborted: false, agentMeta: { sessionId: 's', provider: 'mock', model: 'm1' } };
const TIMES = { startedAt: 1, endedAt: 2, meta: META };

type Detail<E> = E extends RunEvent ? Omit<E, 'runId' | 'sessionKey' | 'requestedSessionKey' | 'source' | 'at'> : never;

function watch(visibility: Partial<RunVisibility> = {}, source: RunEvent['source'] = 'chat.send') {
  const clock = createSteppedClock();
  const frames: { to: 'agent' | 'tool' | 'chat'; payload: Readonly<Record<string, unknown>> }[] = [];
  const stream = createRunStream({
    run: RUN,
    visibility: { toolResults: false, thinking: false, ...visibility },
    clock,
    sink: {
      agent: (payload) => frames.push({ to: 'agent', payload: { ...payload } }),
      tool: (payload) => frames.push({ to: 'tool', payload: { ...payload } }),
      chat: (payload) => frames.push({ to: 'chat', payload }),
    },
  });
  const say = (detail: Detail<RunEvent>): void => stream.handle({ ...RUN, source, at: clock.now(), ...detail });
  const summary = () => frames.map(({ to, payload }) => `${to} ${payload.state ?? payload.stream}`);
  return { clock, frames, say, summary, stream };
}

const answered = (text: string, silent = false): RunOutcome => ({
  kind: 'answered',
  payloads: silent || text === '' ? [] : [{ text, mediaUrl: null }],
  silent,
  ...TIMES,
});

describe('what clients see of a run', () => {
  it('is its start, its text, its end and the final message, in this order', () => {
    const { say, frames, summary, clock } = watch();
    say({ type: 'started', startedAt: 7 });
    say({ type: 'text', delta: 'Hello ', text: 'Hello ' });
    say({ type: 'text', delta: 'you', text: 'Hello you' });
    say({ type: 'ended', outcome: answered('Hello you') });
    expect(summary()).toEqual([
      'agent lifecycle',
      'agent assistant',
      'chat delta',
      'agent assistant',
      'agent lifecycle',
      'chat final',
    ]);
    expect(frames.map(({ payload }) => payload.seq)).toEqual([1, 2, 2, 3, 4, 4]);
    expect(frames[0]?.payload.data).toEqual({ phase: 'start', startedAt: 7 });
    expect(frames[3]?.payload.data).toEqual({ delta: 'you', text: 'Hello you' });
    expect(frames[4]?.payload.data).toEqual({ phase: 'end', endedAt: 2 });
    expect(frames[5]?.payload).toEqual({
      runId: 'run-1',
      sessionKey: 'agent:main:main',
      seq: 4,
      state: 'final',
      message: { role: 'assistant', content: [{ type: 'text', text: 'Hello you' }], timestamp: clock.now() },
    });
  });

  it('has a chat delta at most every 150 ms, each with the whole text', () => {
    const { say, frames, clock } = watch();
    let text = '';
    for (let i = 0; i < 40; i += 1) {
      text += 'q';
      say({ type: 'text', delta: 'q', text });
      clock.advance(10);
    }
    const deltas = frames.filter(({ payload }) => payload.state === 'delta');
    expect(deltas.map(({ payload }) => JSON.stringify(payload.message).match(/q+/)?.[0]?.length)).toEqual([1, 16, 31]);
  });

  it('is nothing but a final without message when the answer is silent', () => {
    const { say, frames, summary } = watch();
    say({ type: 'started', startedAt: 7 });
    say({ type: 'ended', outcome: answered('NO_REPLY', true) });
    expect(summary()).toEqual(['agent lifecycle', 'agent lifecycle', 'chat final']);
    expect(frames[2]?.payload).toEqual({ runId: 'run-1', sessionKey: 'agent:main:main', seq: 2, state: 'final' });
  });

  it('ends with the words of a failure', () => {
    const { say, frames } = watch();
    say({ type: 'started', startedAt: 7 });
    say({ type: 'ended', outcome: { kind: 'errored', errorMessage: '400 bad', payloads: [], ...TIMES } });
    expect(frames[1]?.payload.data).toEqual({ phase: 'error', error: '400 bad', endedAt: 2 });
    expect(frames[2]?.payload).toMatchObject({ state: 'error', errorMessage: '400 bad', seq: 2 });
  });

  it('ends with what was written when someone stopped the chat, under the key the client used', () => {
    const { say, frames, summary } = watch();
    say({ type: 'text', delta: 'Partial ', text: 'Partial ' });
    const outcome = { kind: 'aborted', stopReason: 'rpc', partialText: 'Partial ', payloads: [], ...TIMES } as const;
    say({ type: 'ended', outcome });
    expect(summary()).toEqual(['agent assistant', 'chat delta', 'chat aborted']);
    expect(frames[2]?.payload).toMatchObject({
      sessionKey: 'main',
      stopReason: 'rpc',
      message: { content: [{ type: 'text', text: 'Partial' }] },
    });
  });

  it('ends a timed-out agent run like a finished one, marked as aborted', () => {
    const { say, frames } = watch({}, 'agent');
    const outcome = { kind: 'aborted', stopReason: 'timeout', partialText: 'Part', payloads: [], ...TIMES } as const;
    say({ type: 'ended', outcome });
    expect(frames[0]?.payload.data).toEqual({ phase: 'end', startedAt: 1, endedAt: 2, aborted: true });
    expect(frames[1]?.payload).toMatchObject({ state: 'final', message: { content: [{ text: 'Part' }] } });
  });

  it('shows tool calls without their results, text first', () => {
    const { say, frames, summary } = watch();
    say({ type: 'text', delta: 'Let ', text: 'Let ' });
    say({ type: 'text', delta: 'me look.', text: 'Let me look.' });
    say({ type: 'toolStarted', toolCallId: 'c1', name: 'read', args: { path: 'a' } });
    const result = { content: [{ type: 'text', text: 'secret' } as const], details: { n: 1 } };
    say({ type: 'toolFinished', toolCallId: 'c1', name: 'read', result, summary: 'from a' });
    expect(summary()).toEqual(['agent assistant', 'chat delta', 'agent assistant', 'tool tool', 'tool tool']);
    expect(frames[3]?.payload.data).toEqual({ phase: 'start', name: 'read', toolCallId: 'c1', args: { path: 'a' } });
    expect(frames[4]?.payload.data).toEqual({
      phase: 'result',
      name: 'read',
      toolCallId: 'c1',
      meta: 'from a',
      isError: false,
    });
  });

  it('adds results and interim output when the session is fully verbose', () => {
    const { say, frames } = watch({ toolResults: true });
    const result = { content: [{ type: 'text', text: 'out' } as const], isError: true };
    say({ type: 'toolUpdated', toolCallId: 'c1', name: 'exec', partial: { content: [] } });
    say({ type: 'toolFinished', toolCallId: 'c1', name: 'exec', result });
    expect(frames[0]?.payload.data).toMatchObject({ phase: 'update', partialResult: { content: [] } });
    expect(frames[1]?.payload.data).toMatchObject({ isError: true, result: { content: [{ text: 'out' }] } });
  });

  it('keeps thinking to itself unless the session streams it', () => {
    const hidden = watch();
    hidden.say({ type: 'thinking', delta: 'hm', text: 'hm' });
    expect(hidden.frames).toEqual([]);
    const shown = watch({ thinking: true });
    shown.say({ type: 'thinking', delta: 'hm', text: 'hm' });
    expect(shown.frames[0]?.payload).toMatchObject({ stream: 'thinking', data: { delta: 'hm', text: 'hm' } });
  });

  it('keeps the last text that was shown as the final when the last message had none', () => {
    const { say, frames } = watch();
    say({ type: 'text', delta: 'All done.', text: 'All done.' });
    say({ type: 'ended', outcome: answered('') });
    expect(frames.at(-1)?.payload).toMatchObject({ state: 'final', message: { content: [{ text: 'All done.' }] } });
  });

  it('is one message of the gateway itself for a command, under the key the client used', () => {
    const { say, frames, summary } = watch();
    const outcome: RunOutcome = {
      ...TIMES,
      kind: 'answered',
      payloads: [{ text: 'Done.', mediaUrl: null }],
      silent: false,
      command: true,
    };
    say({ type: 'ended', outcome });
    expect(summary()).toEqual(['chat final']);
    expect(frames[0]?.payload).toMatchObject({
      sessionKey: 'main',
      seq: 1,
      message: { content: [{ type: 'text', text: 'Done.' }], model: 'gateway-injected', stopReason: 'stop' },
    });
  });

  it('is silent after the end', () => {
    const { say, frames, clock } = watch();
    say({ type: 'ended', outcome: answered('x') });
    const seen = frames.length;
    say({ type: 'text', delta: 'late', text: 'late' });
    clock.advance(1000);
    expect(frames).toHaveLength(seen);
  });
});
