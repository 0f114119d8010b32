import type { RunEvent } from '@chela/agent';
import { silentLogger } from '@chela/observability';
import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../broadcast.ts';
import { createSteppedClock } from '../methods/testing/stepped-clock.ts';
import { createRunFanout } from './run-fanout.ts';
import type { RunVisibility } from './run-stream.ts';

const HEAD = {
  runId: 'r',
  sessionKey: 'agent:main:main',
  requestedSessionKey: 'main',
  source: 'chat.send',
  at: 0,
} as const;
const META = { durationMs: 1, aborted: false, agentMeta: { sessionId: 's', provider: 'p', model: 'm' } };
const ENDED: RunEvent = {
  ...HEAD,
  type: 'ended',
  outcome: {
    kind: 'answered',
    payloads: [{ text: 'hi', mediaUrl: null }],
    silent: false,
    meta: META,
    startedAt: 1,
    endedAt: 2,
  },
};

function start(visibility: () => Promise<RunVisibility>) {
  const sent: string[] = [];
  const broadcast: Broadcast = {
    send: (event, payload, options) => sent.push(`${event} ${JSON.stringify(payload)} ${options?.dropIfSlow ?? false}`),
    sendTo: (ids, event, payload) => sent.push(`to ${[...ids].join(',')} ${event} ${JSON.stringify(payload)}`),
    withCapability: (cap) => (cap === 'tool-events' ? ['conn-1'] : []),
  };
  const listeners = new Set<(event: RunEvent) => void>();
  const agent = {
    subscribe(listener: (event: RunEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const fanout = createRunFanout({ agent, broadcast, visibility, clock: createSteppedClock(), logger: silentLogger() });
  const emit = (event: RunEvent): void => {
    for (const listener of listeners) listener(event);
  };
  return { emit, fanout, listeners, sent };
}

describe('run fan-out', () => {
  it('keeps the order of events that arrive before it is known what may be shown', async () => {
    const { promise, resolve } = Promise.withResolvers<RunVisibility>();
    const { emit, sent } = start(() => promise);
    emit({ ...HEAD, type: 'started', startedAt: 1 });
    emit({ ...HEAD, type: 'toolStarted', toolCallId: 'c', name: 'read', args: {} });
    emit({ ...HEAD, type: 'text', delta: 'hi', text: 'hi' });
    emit(ENDED);
    expect(sent).toEqual([]);
    resolve({ toolResults: false, thinking: false });
    await promise;
    await Promise.resolve();
    expect(sent.map((line) => line.match(/"(?:phase|state)":"\w+"|"stream":"assistant"/)?.[0])).toEqual([
      '"phase":"start"',
      '"phase":"start"',
      '"stream":"assistant"',
      '"state":"delta"',
      '"phase":"end"',
      '"state":"final"',
    ]);
    expect(sent[1]).toMatch(/^to conn-1 agent /);
    expect(sent[3]).toMatch(/ true$/);
    expect(sent[5]).toMatch(/ false$/);
  });

  it('publishes an outcome of an earlier process at once', () => {
    const { emit, sent } = start(() => Promise.reject(new Error('never asked')));
    emit(ENDED);
    expect(sent.at(-1)).toContain('"state":"final","message"');
  });

  it('hides results when the settings of a session cannot be read', async () => {
    const { emit, sent } = start(() => Promise.reject(new Error('disk')));
    const result = { content: [{ type: 'text', text: 'secret' } as const] };
    emit({ ...HEAD, type: 'toolFinished', toolCallId: 'c', name: 'read', result });
    await new Promise((done) => setImmediate(done));
    expect(sent).toHaveLength(1);
    expect(sent[0]).not.toContain('secret');
  });

  it('stops listening when it is closed', async () => {
    const { fanout, listeners } = start(async () => ({ toolResults: false, thinking: false }));
    await fanout.close();
    expect(listeners.size).toBe(0);
  });
});
