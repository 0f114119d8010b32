import { CONTRACT_METHODS, HELLO_METHODS } from '@chela/protocol';
import { describe, expect, it } from 'vitest';
import { allMethods } from './index.ts';
import { openMethodBench } from './testing/method-bench.ts';

/** Methods that the first release answers; everything else of the contract belongs to later ones. */
const SERVED = [
  'health',
  'status',
  'system-presence',
  'system-event',
  'last-heartbeat',
  'set-heartbeats',
  'models.list',
  'agents.list',
  'agent.identity.get',
  'config.get',
  'config.schema',
  'chat.send',
  'chat.history',
  'chat.abort',
  'chat.inject',
  'agent',
  'agent.wait',
  'sessions.list',
  'sessions.preview',
  'sessions.patch',
  'sessions.reset',
  'sessions.delete',
  'sessions.resolve',
  'sessions.compact',
  'logs.tail',
  'channels.status',
  'channels.logout',
];

describe('the method table', () => {
  it('serves what was promised, each name once', async () => {
    await using bench = await openMethodBench();
    const names = allMethods(bench.services).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(SERVED));
  });

  it('has the scope, schema and listing of the contract in every row', async () => {
    await using bench = await openMethodBench();
    const contract = new Map(CONTRACT_METHODS.map((row) => [row.name, row]));
    const listed = new Set<string>(HELLO_METHODS);
    for (const row of allMethods(bench.services)) {
      const { scope, params } = [...contract.values()].find(({ name }) => name === row.name) ?? {};
      expect({ name: row.name, scope: row.scope, params: row.params, listed: row.listed }).toEqual({
        name: row.name,
        scope,
        params,
        listed: listed.has(row.name),
      });
    }
  });

  it.each([
    [
      'chat.send',
      {},
      "must have required property 'sessionKey'; must have required property 'message'; must have required property 'idempotencyKey'",
    ],
    [
      'chat.send',
      { sessionKey: '', message: 'a', idempotencyKey: 'k' },
      'at /sessionKey: must NOT have fewer than 1 characters',
    ],
    ['chat.history', { sessionKey: 'main', limit: 5000 }, 'at /limit: must be <= 1000'],
    ['sessions.list', { bogus: 1 }, "at root: unexpected property 'bogus'"],
    [
      'sessions.patch',
      { key: 'main', thinkingLevel: 5 },
      'at /thinkingLevel: must be string; at /thinkingLevel: must be null; at /thinkingLevel: must match a schema in anyOf',
    ],
    ['agent.wait', { runId: 'x', timeoutMs: -1 }, 'at /timeoutMs: must be >= 0'],
  ])('refuses %s with params %o in the words of the contract', async (method, params, problem) => {
    await using bench = await openMethodBench();
    await expect(bench.call(method, params)).rejects.toThrow(`invalid ${method} params: ${problem}`);
  });

  it('takes a request without params for one with none', async () => {
    await using bench = await openMethodBench();
    await expect(bench.call('agents.list')).resolves.toEqual({
      defaultId: 'main',
      mainKey: 'main',
      scope: 'per-sender',
      agents: [{ id: 'main' }],
    });
  });
});
