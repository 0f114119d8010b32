import { describe, expect, it } from 'vitest';
import { ANSWERED, BASE_CONFIG, openMethodBench } from './testing/method-bench.ts';
import { seedSession } from './testing/seeded-sessions.ts';

const run = (more: Readonly<Record<string, unknown>> = {}) => ({ message: 'do it', idempotencyKey: 'run-1', ...more });
const FINAL = {
  runId: 'run-1',
  status: 'ok',
  summary: 'completed',
  result: { payloads: ANSWERED.kind === 'answered' ? ANSWERED.payloads : [] },
};

describe('agent', () => {
  it('is accepted first and answered with the outcome', async () => {
    await using bench = await openMethodBench();
    const more = { sessionKey: 'main', extraSystemPrompt: 'EXTRA', timeout: 2 };
    expect(await bench.call('agent', run(more))).toMatchObject(FINAL);
    expect(bench.accepted).toEqual([{ runId: 'run-1', status: 'accepted', acceptedAt: bench.clock.now() }]);
    expect(bench.submitted[0]).toEqual({
      runId: 'run-1',
      source: 'agent',
      agentId: 'main',
      sessionKey: 'agent:main:main',
      requestedSessionKey: 'main',
      text: 'do it',
      images: [],
      extraSystemPrompt: 'EXTRA',
      timeoutMs: 2000,
    });
  });

  it('answers a repeated key once: accepted while it runs, its outcome afterwards', async () => {
    await using running = await openMethodBench({ submit: async () => ({ status: 'inFlight', acceptedAt: 9 }) });
    const accepted = { runId: 'run-1', status: 'accepted', acceptedAt: 9 };
    expect(await running.call('agent', run({ sessionKey: 'main' }))).toEqual(accepted);
    await using ended = await openMethodBench({ submit: async () => ({ status: 'ended', outcome: ANSWERED }) });
    expect(await ended.call('agent', run({ sessionKey: 'main' }))).toMatchObject(FINAL);
    expect([...running.accepted, ...ended.accepted]).toEqual([]);
  });

  it.each([
    ['an unknown agent', { agentId: 'ghost' }, 'unknown agent id "ghost"'],
    ['half a key', { sessionKey: 'agent:' }, 'malformed session key "agent:"'],
    ['an unknown channel', { channel: 'pigeon' }, 'unknown channel: pigeon'],
    ['an unknown reply channel', { replyChannel: 'pigeon' }, 'unknown channel: pigeon'],
    [
      'a key of another agent',
      { agentId: 'main', sessionKey: 'agent:other:main' },
      'agent "main" does not match session key agent "other"',
    ],
  ])('refuses %s', async (_name, more, problem) => {
    await using bench = await openMethodBench();
    await expect(bench.call('agent', run(more))).rejects.toThrow(`invalid agent params: ${problem}`);
  });

  it.each([
    ['nothing to find a session by', {}, 'Error: Pass --to <E.164>, --session-id, or --agent to choose a session'],
    ['an empty message', { message: '  ', sessionKey: 'main' }, 'Error: Message (--message) is required'],
    [
      'an unknown level',
      { thinking: 'bogus', sessionKey: 'main' },
      'Error: Invalid thinking level. Use one of: off, minimal, low, medium, high.',
    ],
    [
      'a channel that is not there',
      { deliver: true, channel: 'telegram', sessionKey: 'main' },
      'Error: Outbound not configured for channel: telegram',
    ],
  ])('accepts %s and then fails', async (_name, more, summary) => {
    await using bench = await openMethodBench();
    const failure = bench.call('agent', run(more));
    await expect(failure).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: summary,
      payload: { runId: 'run-1', status: 'error', summary },
    });
    expect(bench.accepted).toHaveLength(1);
    expect(bench.submitted).toEqual([]);
  });

  it.each([
    ['an agent', { agentId: 'Ops' }, 'agent:ops:main'],
    ['a peer', { to: '+1555' }, 'agent:main:main'],
    ['an unknown session id', { sessionId: 'abc' }, 'agent:main:abc'],
  ])('finds the session of %s', async (_name, more, sessionKey) => {
    const config = { agents: { ...BASE_CONFIG.agents, list: [{ id: 'main' }, { id: 'ops' }] } };
    await using bench = await openMethodBench({ config });
    await bench.call('agent', run(more));
    expect(bench.submitted[0]?.sessionKey).toBe(sessionKey);
  });

  it('finds a session by its id', async () => {
    await using bench = await openMethodBench();
    const { sessionId } = await seedSession(bench, 'agent:main:work', 0);
    await bench.call('agent', run({ sessionId }));
    expect(bench.submitted[0]?.sessionKey).toBe('agent:main:work');
  });

  it('stores label, level and parent with the session', async () => {
    await using bench = await openMethodBench();
    const more = { sessionKey: 'subagent:x', label: ' Helper ', spawnedBy: 'agent:main:main', thinking: 'max' };
    await bench.call('agent', run(more));
    const row = await bench.services.store.sessions.get('agent:main:subagent:x');
    expect(row?.entry).toMatchObject({ label: 'Helper', spawnedBy: 'agent:main:main', thinkingLevel: 'high' });
    expect(bench.submitted[0]).toMatchObject({ thinking: 'high' });
  });

  it('stores them once a key', async () => {
    await using bench = await openMethodBench();
    const request = { runId: 'run-1', source: 'agent', agentId: 'main', sessionKey: 'agent:main:main' } as const;
    await bench.services.store.ledger.accept({ ...request, body: {} });
    await bench.call('agent', run({ sessionKey: 'main', label: 'Again' }));
    expect(await bench.services.store.sessions.get('agent:main:main')).toBeUndefined();
  });
});

describe('agent.wait', () => {
  it('reports the outcome, or that there is none yet', async () => {
    await using ended = await openMethodBench({ wait: ANSWERED });
    expect(await ended.call('agent.wait', { runId: 'r' })).toEqual({
      runId: 'r',
      status: 'ok',
      startedAt: 1,
      endedAt: 2,
    });
    await using unknown = await openMethodBench();
    expect(await unknown.call('agent.wait', { runId: 'r', timeoutMs: 1 })).toEqual({ runId: 'r', status: 'timeout' });
  });
});
