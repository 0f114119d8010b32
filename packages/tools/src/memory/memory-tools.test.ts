import type { Config } from '@chela/config';
import { describe, expect, it } from 'vitest';
import type { MemoryRoom } from '../rooms/memory.ts';
import { createBench } from '../testing/bench.ts';

const PIECE = { path: 'MEMORY.md', startLine: 1, endLine: 3, score: 0.8, snippet: 'The crab.\n', source: 'memory' };
const room = (citations: 'auto' | 'on' | 'off' = 'auto'): MemoryRoom => ({
  search: async () => ({ results: [PIECE], provider: 'none', mode: 'fts-only', citations }),
  async read(_agentId, { path }) {
    if (path !== 'MEMORY.md') throw new Error('no memory file');
    return { path, text: 'The crab.' };
  },
});

async function search(citations: 'auto' | 'on' | 'off', sessionKey: string): Promise<unknown> {
  const bench = await createBench({}, { rooms: { memory: room(citations) } }, { sessionKey });
  const { details } = await bench.call('memory_search', { query: 'crab' }, { sessionKey });
  await bench.close();
  return details;
}

describe('memory_search', () => {
  it.each([
    ['auto', 'agent:main:main', true],
    ['auto', 'agent:main:telegram:group:7', false],
    ['on', 'agent:main:telegram:group:7', true],
    ['off', 'agent:main:main', false],
  ] as const)('with citations %s in %s names the source: %s', async (mode, sessionKey, isNamed) => {
    const details = await search(mode, sessionKey);
    expect(details).toMatchObject({ provider: 'none', mode: 'fts-only', citations: mode });
    const cited = { ...PIECE, snippet: 'The crab.\n\nSource: MEMORY.md#L1-L3', citation: 'MEMORY.md#L1-L3' };
    expect(details).toMatchObject({ results: [isNamed ? cited : PIECE] });
  });

  it('a memory that fails answers that it is off, and why', async () => {
    const failing: MemoryRoom = { ...room(), search: () => Promise.reject(new Error('disk full')) };
    const bench = await createBench({}, { rooms: { memory: failing } });
    const { details } = await bench.call('memory_search', { query: 'crab' });
    expect(details).toEqual({ results: [], disabled: true, error: 'disk full' });
    await bench.close();
  });
});

describe('memory_get', () => {
  it('reads a memory file, and says why it will not read another', async () => {
    const bench = await createBench({}, { rooms: { memory: room() } });
    expect((await bench.call('memory_get', { path: 'MEMORY.md' })).details).toEqual({
      path: 'MEMORY.md',
      text: 'The crab.',
    });
    expect((await bench.call('memory_get', { path: '/etc/passwd' })).details).toEqual({
      path: '/etc/passwd',
      text: '',
      disabled: true,
      error: 'no memory file',
    });
    await bench.close();
  });
});

describe('the memory tools are offered', () => {
  const names = async (config: Config, scope: object = {}): Promise<readonly string[]> => {
    const bench = await createBench(config, { rooms: { memory: room() } }, scope);
    const offered = bench.service.offer(bench.scope).map(({ name }) => name);
    await bench.close();
    return offered.filter((name) => name.startsWith('memory_'));
  };
  const BOTH = ['memory_search', 'memory_get'];

  it.each([
    ['by default', {}, BOTH],
    ['with the coding profile', { tools: { profile: 'coding' } }, BOTH],
    ['not without plugins', { plugins: { enabled: false } }, []],
    ['not with an empty memory slot', { plugins: { slots: { memory: 'none' } } }, []],
    ['not when another plugin has the slot', { plugins: { slots: { memory: 'memory-lancedb' } } }, []],
    ['not when memory is off', { agents: { defaults: { memorySearch: { enabled: false } } } }, []],
    ['not with the messaging profile', { tools: { profile: 'messaging' } }, []],
    ['not when denied by group', { tools: { deny: ['group:memory'] } }, []],
    ['not when denied by plugin', { tools: { deny: ['memory-core'] } }, []],
  ])('%s', async (_case, config, expected) => {
    expect(await names(config)).toEqual(expected);
  });

  it('not to sub-agents', async () => {
    expect(await names({}, { sessionKey: 'agent:main:subagent:1' })).toEqual([]);
  });

  it('not on a gateway without memory', async () => {
    const bench = await createBench();
    expect(bench.service.offer(bench.scope).map(({ name }) => name)).not.toContain('memory_search');
    await bench.close();
  });
});
