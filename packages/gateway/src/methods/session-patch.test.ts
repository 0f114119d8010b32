import { describe, expect, it } from 'vitest';
import { openMethodBench } from './testing/method-bench.ts';
import { seedSession } from './testing/seeded-sessions.ts';

const BASE = { sessionId: expect.any(String), updatedAt: expect.any(Number) };

describe('sessions.patch', () => {
  it.each([
    [{ thinkingLevel: 'thinkhard' }, { thinkingLevel: 'low' }],
    [{ thinkingLevel: ' Ultra ' }, { thinkingLevel: 'high' }],
    [{ verboseLevel: 'all' }, { verboseLevel: 'full' }],
    [{ reasoningLevel: 'hide' }, {}],
    [{ responseUsage: 'on' }, { responseUsage: 'tokens' }],
    [{ elevatedLevel: 'auto' }, { elevatedLevel: 'full' }],
    [
      { thinkingLevel: 'off', verboseLevel: 'off', reasoningLevel: 'off', responseUsage: 'off', elevatedLevel: 'off' },
      { thinkingLevel: 'off', verboseLevel: 'off', elevatedLevel: 'off' },
    ],
    [
      { execHost: 'GATEWAY', execSecurity: 'Full', execAsk: ' always ', execNode: ' n1 ' },
      { execHost: 'gateway', execSecurity: 'full', execAsk: 'always', execNode: 'n1' },
    ],
    [
      { label: '  pad  ', sendPolicy: 'deny', groupActivation: 'always' },
      { label: 'pad', sendPolicy: 'deny', groupActivation: 'always' },
    ],
    [{ model: 'two' }, { providerOverride: 'mock', modelOverride: 'm2' }],
    [{ model: 'bar' }, { providerOverride: 'mock', modelOverride: 'bar' }],
    [{ model: 'mock/m1' }, {}],
    [
      { model: 'openai/gpt-5.2', thinkingLevel: 'xhigh' },
      { providerOverride: 'openai', modelOverride: 'gpt-5.2', thinkingLevel: 'xhigh' },
    ],
  ])('stores %o as %o', async (patch, members) => {
    const models = { 'mock/m2': { alias: 'two' } };
    await using bench = await openMethodBench({ config: { agents: { defaults: { models } } } });
    const answer = await bench.call('sessions.patch', { key: 'main', ...patch });
    expect(answer).toMatchObject({ ok: true, key: 'agent:main:main', entry: { ...BASE, ...members } });
    const row = await bench.services.store.sessions.get('agent:main:main');
    expect(row?.entry).toEqual({ ...BASE, ...members });
  });

  it('clears with null', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:main', 0, {
      thinkingLevel: 'high',
      label: 'x',
      modelOverride: 'm2',
      execHost: 'node',
    });
    const cleared = { thinkingLevel: null, label: null, model: null, execHost: null, sendPolicy: null };
    expect(await bench.call('sessions.patch', { key: 'main', ...cleared })).toEqual({
      ok: true,
      path: `${bench.stateDir}/agents/main/sessions/sessions.json`,
      key: 'agent:main:main',
      entry: BASE,
      resolved: { modelProvider: 'mock', model: 'm1' },
    });
  });

  it.each([
    [{ thinkingLevel: 'galaxy' }, 'invalid thinkingLevel (use off|minimal|low|medium|high)'],
    [
      { thinkingLevel: 'xhigh' },
      'thinkingLevel "xhigh" is only supported for openai/gpt-5.2, openai-codex/gpt-5.3-codex, ',
    ],
    [{ verboseLevel: 'loud' }, 'invalid verboseLevel (use "on"|"off")'],
    [{ reasoningLevel: 'x' }, 'invalid reasoningLevel (use "on"|"off"|"stream")'],
    [{ elevatedLevel: 'sky' }, 'invalid elevatedLevel (use "on"|"off"|"ask"|"full")'],
    [{ execHost: 'moon' }, 'invalid execHost (use "sandbox"|"gateway"|"node")'],
    [{ execSecurity: 'none' }, 'invalid execSecurity (use "deny"|"allowlist"|"full")'],
    [{ execAsk: 'maybe' }, 'invalid execAsk (use "off"|"on-miss"|"always")'],
    [{ execNode: ' ' }, 'invalid execNode: empty'],
    [{ label: ' ' }, 'invalid label: empty'],
    [{ model: ' ' }, 'invalid model: empty'],
    [{ model: '/' }, 'invalid model: /'],
    [{ model: 'mock/m9' }, 'model not allowed: mock/m9'],
    [{ spawnedBy: 'x' }, 'spawnedBy is only supported for subagent:* sessions'],
    [{ spawnDepth: 1 }, 'spawnDepth is only supported for subagent:* sessions'],
  ])('refuses %o and stores nothing', async (patch, message) => {
    await using bench = await openMethodBench();
    await expect(bench.call('sessions.patch', { key: 'main', ...patch })).rejects.toThrow(message);
    expect(await bench.services.store.sessions.count()).toBe(0);
  });

  it('gives a label to one session only', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:work', 0, { label: 'Work' });
    const take = () => bench.call('sessions.patch', { key: 'main', label: 'Work' });
    await expect(take()).rejects.toThrow('label already in use: Work');
    await bench.call('sessions.patch', { key: 'work', label: null });
    await expect(take()).resolves.toMatchObject({ entry: { label: 'Work' } });
  });

  it('sets the parent and depth of a sub-agent session once', async () => {
    await using bench = await openMethodBench();
    const patch = (params: object) => bench.call('sessions.patch', { key: 'subagent:b', ...params });
    const facts = { spawnedBy: 'agent:main:main', spawnDepth: 1 };
    expect(await patch(facts)).toMatchObject({ key: 'agent:main:subagent:b', entry: facts });
    expect(await patch(facts)).toMatchObject({ entry: facts });
    await expect(patch({ spawnedBy: 'other' })).rejects.toThrow('spawnedBy cannot be changed once set');
    await expect(patch({ spawnedBy: null })).rejects.toThrow('spawnedBy cannot be cleared once set');
    await expect(patch({ spawnDepth: 2 })).rejects.toThrow('spawnDepth cannot be changed once set');
    await expect(patch({ spawnDepth: null })).rejects.toThrow('spawnDepth cannot be cleared once set');
  });

  it('lowers xhigh when the new model does not know it', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:main', 0, {
      thinkingLevel: 'xhigh',
      modelOverride: 'gpt-5.2',
      providerOverride: 'openai',
    });
    expect(await bench.call('sessions.patch', { key: 'main', model: null })).toMatchObject({
      entry: { thinkingLevel: 'high' },
    });
  });
});
