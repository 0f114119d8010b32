import { describe, expect, it } from 'vitest';
import { createHealthCollector } from './health-snapshot.ts';
import { BASE_CONFIG, openMethodBench } from './testing/method-bench.ts';
import { seedSession } from './testing/seeded-sessions.ts';

const LIST_CONFIG = {
  agents: {
    ...BASE_CONFIG.agents,
    list: [
      { id: 'zed' },
      { id: 'main', default: true, name: 'Main' },
      { id: 'hb', heartbeat: { every: '10m', target: 'none' } },
    ],
  },
};

describe('status', () => {
  it('lists agents with the default first, their heartbeats, and the newest sessions with what is left of their window', async () => {
    await using bench = await openMethodBench({ config: LIST_CONFIG });
    const { sessionId } = await seedSession(bench, 'agent:main:main', 5000, {
      thinkingLevel: 'low',
      systemSent: true,
      abortedLastRun: true,
      totalTokens: 1280,
      model: 'other',
    });
    const recent = {
      agentId: 'main',
      key: 'agent:main:main',
      kind: 'direct',
      sessionId,
      updatedAt: bench.clock.now() - 5000,
      age: 5000,
      thinkingLevel: 'low',
      systemSent: true,
      abortedLastRun: true,
      totalTokens: 1280,
      totalTokensFresh: true,
      remainingTokens: 126_720,
      percentUsed: 1,
      model: 'other',
      contextTokens: 128_000,
      flags: ['think:low', 'system', 'aborted', `id:${sessionId}`],
    };
    expect(await bench.call('status')).toEqual({
      heartbeat: {
        defaultAgentId: 'main',
        agents: [
          { agentId: 'main', enabled: false, every: 'disabled', everyMs: null },
          { agentId: 'hb', enabled: true, every: '10m', everyMs: 600_000 },
          { agentId: 'zed', enabled: false, every: 'disabled', everyMs: null },
        ],
      },
      channelSummary: [],
      queuedSystemEvents: [],
      sessions: {
        paths: ['main', 'hb', 'zed'].map((id) => `${bench.stateDir}/agents/${id}/sessions/sessions.json`),
        count: 1,
        defaults: { model: 'm1', contextTokens: 128_000 },
        recent: [recent],
        byAgent: [
          { agentId: 'main', path: expect.any(String), count: 1, recent: [recent] },
          { agentId: 'hb', path: expect.any(String), count: 0, recent: [] },
          { agentId: 'zed', path: expect.any(String), count: 0, recent: [] },
        ],
      },
    });
  });

  it('shows others than administrators how much there is, but not what and where', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:main', 0);
    expect(await bench.call('status', {}, { scopes: ['operator.read'] })).toMatchObject({
      sessions: {
        paths: [],
        count: 1,
        defaults: { model: null, contextTokens: null },
        recent: [],
        byAgent: [{ agentId: 'main', path: '[redacted]', count: 1, recent: [] }],
      },
    });
  });
});

describe('the health snapshot', () => {
  it('has the heartbeat and newest sessions of every agent in the order of the file', async () => {
    await using bench = await openMethodBench({ config: LIST_CONFIG });
    await seedSession(bench, 'agent:main:main', 5000);
    const snapshot = await createHealthCollector(bench.services)(false);
    expect(snapshot).toMatchObject({
      ok: true,
      channels: {},
      heartbeatSeconds: 0,
      defaultAgentId: 'main',
      agents: [
        { agentId: 'zed', isDefault: false, heartbeat: { enabled: false, target: 'last', ackMaxChars: 300 } },
        {
          agentId: 'main',
          name: 'Main',
          isDefault: true,
          sessions: { count: 1, recent: [{ key: 'agent:main:main', age: 5000 }] },
        },
        { agentId: 'hb', heartbeat: { enabled: true, every: '10m', everyMs: 600_000, target: 'none' } },
      ],
      sessions: { count: 1 },
    });
  });
});

describe('system events and heartbeats', () => {
  it('a presence line updates the presence and is shown to everybody', async () => {
    await using bench = await openMethodBench();
    const facts = {
      deviceId: 'studio-1',
      host: 'Studio',
      mode: 'local',
      lastInputSeconds: 5,
      roles: ['operator'],
      tags: ['t1'],
    };
    const text = 'Node: Studio (10.0.0.9) app 1.2 mode local reason launch';
    expect(await bench.call('system-event', { text, ...facts })).toEqual({ ok: true });
    const { tags: _unused, ...shown } = facts;
    expect(bench.broadcasts).toEqual([
      { event: 'presence', payload: { presence: [{ ...shown, text, ts: bench.clock.now() }] } },
    ]);
    expect(await bench.call('status')).toMatchObject({ queuedSystemEvents: [] });
  });

  it('reads the facts out of a line that carries them', async () => {
    await using bench = await openMethodBench();
    const text = 'Node: mymac (10.0.0.5) · app 1.2 · last input 5s ago · mode local · reason connect';
    await bench.call('system-event', { text });
    expect(await bench.call('system-presence')).toMatchObject([
      { host: 'mymac', ip: '10.0.0.5', version: '1.2', lastInputSeconds: 5, mode: 'local', reason: 'connect' },
    ]);
  });

  it('other news waits for the main session, without repetitions and not without end', async () => {
    await using bench = await openMethodBench();
    for (const text of ['a', 'a', ...Array.from({ length: 20 }, (_, i) => `n${i}`)])
      await bench.call('system-event', { text });
    expect(await bench.call('status')).toMatchObject({
      queuedSystemEvents: Array.from({ length: 20 }, (_, i) => `n${i}`),
    });
    await expect(bench.call('system-event', { text: ' ' })).rejects.toThrow('text required');
  });

  it('heartbeats can be switched, and there was none yet', async () => {
    await using bench = await openMethodBench();
    expect(await bench.call('last-heartbeat')).toBeNull();
    expect(await bench.call('set-heartbeats', { enabled: false })).toEqual({ ok: true, enabled: false });
    await expect(bench.call('set-heartbeats', { enabled: 'yes' })).rejects.toThrow(
      'invalid set-heartbeats params: enabled (boolean) required',
    );
  });
});
