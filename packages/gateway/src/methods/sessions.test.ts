import { describe, expect, it } from 'vitest';
import { responseBytes } from '../requests/ready-json.ts';
import { openMethodBench } from './testing/method-bench.ts';
import { seedSession, seedTalk } from './testing/seeded-sessions.ts';

describe('sessions.list', () => {
  it('shows rows newest first, with names, kinds, routes and models', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:main', 1000, {
      chatType: 'direct',
      lastChannel: 'webchat',
      lastTo: 'x',
      deliveryContext: { channel: 'telegram', to: '1', threadId: 9 },
      totalTokens: 18,
      model: 'other',
      execHost: 'gateway',
    });
    await seedSession(bench, 'agent:main:discord:channel:c99', 2000, {
      channel: 'discord',
      groupChannel: '#general',
      space: 'My Space',
      totalTokens: 5,
      totalTokensFresh: false,
    });
    await seedSession(bench, 'agent:main:telegram:group:-100:topic:5', 3000);
    await seedSession(bench, 'agent:main:ovr', 4000, { modelOverride: 'm9', providerOverride: 'pp', label: 'Own' });
    await seedSession(bench, 'agent:main:cron:j:run:zz', 5000);
    const list = await bench.call('sessions.list', {});
    expect(list).toMatchObject({
      ts: bench.clock.now(),
      path: '(multiple)',
      count: 4,
      defaults: { modelProvider: 'mock', model: 'm1', contextTokens: 128_000 },
      sessions: [
        {
          key: 'agent:main:main',
          kind: 'direct',
          deliveryContext: { channel: 'webchat', to: 'x', threadId: 9 },
          lastChannel: 'webchat',
          totalTokens: 18,
          totalTokensFresh: true,
          modelProvider: 'mock',
          model: 'm1',
        },
        { kind: 'group', displayName: 'discord:my-space#general', totalTokensFresh: false },
        { kind: 'group', channel: 'telegram', displayName: 'telegram:g-100-topic-5' },
        { displayName: 'Own', modelProvider: 'pp', model: 'm9' },
      ],
    });
    expect(JSON.stringify(list)).not.toMatch(/execHost|derivedTitle|lastMessagePreview|"totalTokens":5/);
  });

  it('shows a long list as it is now, however often it was asked for', async () => {
    await using bench = await openMethodBench();
    for (let index = 0; index < 250; index += 1) await seedSession(bench, `agent:main:s${index}`, 1000 + index);
    const wire = async () => {
      const payload = await bench.call('sessions.list', {});
      const frame = { type: 'res', id: 'x', ok: true, payload } as const;
      const text = responseBytes(frame).toString('utf8');
      expect(text).toBe(JSON.stringify(frame));
      return text;
    };
    const first = /"sessions":\[\{"key":"agent:main:(?<name>\w+)"/;
    expect(first.exec(await wire())?.groups?.name).toBe('s0');
    expect(first.exec(await wire())?.groups?.name).toBe('s0');
    await seedSession(bench, 'agent:main:s7', 10, { label: 'Seven' });
    expect(first.exec(await wire())?.groups?.name).toBe('s7');
  });

  it('narrows by limit, activity, label, search, parent and agent', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:main', 60_000);
    await seedSession(bench, 'agent:main:work', 120_000, { label: 'Work' });
    await seedSession(bench, 'agent:main:subagent:aaaa', 240_000, { spawnedBy: 'agent:main:main', label: 'Helper' });
    await seedSession(bench, 'agent:main:cron:job1', 86_000_000);
    await seedSession(bench, 'global', 300_000);
    const keys = async (params: object): Promise<readonly string[]> => {
      const answer = await bench.call('sessions.list', params);
      return JSON.stringify(answer).match(/(?<="key":")[^"]+/g) ?? [];
    };
    expect(await keys({ limit: 2 })).toEqual(['agent:main:main', 'agent:main:work']);
    expect(await keys({ activeMinutes: 3 })).toEqual(['agent:main:main', 'agent:main:work']);
    expect(await keys({ label: 'Work' })).toEqual(['agent:main:work']);
    expect(await keys({ label: 'work' })).toEqual([]);
    expect(await keys({ search: 'HELP' })).toEqual(['agent:main:subagent:aaaa']);
    expect(await keys({ spawnedBy: 'agent:main:main' })).toEqual(['agent:main:subagent:aaaa']);
    expect(await keys({ agentId: 'MAIN', limit: 1 })).toEqual(['agent:main:main']);
    expect(await keys({ agentId: 'nope' })).toEqual([]);
    expect(await keys({ includeGlobal: true, limit: 4 })).toContain('global');
  });

  it('fills a page although runs of cron jobs are hidden', async () => {
    await using bench = await openMethodBench();
    for (let i = 0; i < 7; i += 1) await seedSession(bench, `agent:main:cron:j:run:r${i}`, i);
    await seedSession(bench, 'agent:main:old', 1000);
    await seedSession(bench, 'agent:main:older', 2000);
    expect(await bench.call('sessions.list', { limit: 2 })).toMatchObject({
      count: 2,
      sessions: [{ key: 'agent:main:old' }, { key: 'agent:main:older' }],
    });
  });

  it('reads titles and last messages only when asked', async () => {
    await using bench = await openMethodBench();
    const { sessionId } = await seedSession(bench, 'agent:main:main', 0);
    await seedTalk(bench, sessionId, 'What is the capital of France?', 'Paris.');
    expect(await bench.call('sessions.list', { includeDerivedTitles: true, includeLastMessage: true })).toMatchObject({
      sessions: [{ derivedTitle: 'What is the capital of France?', lastMessagePreview: 'Paris.' }],
    });
  });
});

describe('sessions.preview and sessions.resolve', () => {
  it('preview tells ok, empty and missing apart, under the keys of the request', async () => {
    await using bench = await openMethodBench();
    const { sessionId } = await seedSession(bench, 'agent:main:main', 0);
    await seedTalk(bench, sessionId, 'hi', 'hello');
    await seedSession(bench, 'agent:main:quiet', 0);
    expect(await bench.call('sessions.preview', { keys: ['main', 'quiet', 'none', ' '] })).toEqual({
      ts: bench.clock.now(),
      previews: [
        {
          key: 'main',
          status: 'ok',
          items: [
            { role: 'user', text: 'hi' },
            { role: 'assistant', text: 'hello' },
          ],
        },
        { key: 'quiet', status: 'empty', items: [] },
        { key: 'none', status: 'missing', items: [] },
      ],
    });
  });

  it.each([
    [{ key: 'main' }, 'agent:main:main'],
    [{ key: 'agent:main:MAIN' }, 'agent:main:main'],
    [{ label: 'Work' }, 'agent:main:work'],
    [{ sessionId: 'id-work' }, 'agent:main:work'],
  ])('resolve %o to %s', async (params, key) => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:main', 0);
    await seedSession(bench, 'agent:main:work', 0, { sessionId: 'id-work', label: 'Work' });
    expect(await bench.call('sessions.resolve', params)).toEqual({ ok: true, key });
  });

  it.each([
    [{}, 'Either key, sessionId, or label is required'],
    [{ key: ' ' }, 'Either key, sessionId, or label is required'],
    [{ key: 'main', label: 'x' }, 'Provide either key, sessionId, or label (not multiple)'],
    [{ key: 'none' }, 'No session found: none'],
    [{ label: 'None' }, 'No session found with label: None'],
    [{ sessionId: 'nope' }, 'No session found: nope'],
  ])('refuse to resolve %o', async (params, message) => {
    await using bench = await openMethodBench();
    await expect(bench.call('sessions.resolve', params)).rejects.toThrow(message);
  });
});

describe('sessions.reset, delete and compact', () => {
  it('reset keeps what a person chose, zeroes the counters and archives the transcript', async () => {
    await using bench = await openMethodBench();
    const before = await seedSession(bench, 'agent:main:main', 0, {
      label: 'Keep',
      thinkingLevel: 'low',
      elevatedLevel: 'ask',
      displayName: 'Old',
      inputTokens: 11,
      lastChannel: 'webchat',
    });
    await seedTalk(bench, before.sessionId, 'hi');
    const answer = await bench.call('sessions.reset', { key: 'main', reason: 'new' });
    expect(answer).toEqual({
      ok: true,
      key: 'agent:main:main',
      entry: {
        sessionId: expect.not.stringContaining(before.sessionId),
        updatedAt: bench.clock.now(),
        label: 'Keep',
        thinkingLevel: 'low',
        lastChannel: 'webchat',
        systemSent: false,
        abortedLastRun: false,
        inputTokens: 0,
        outputTokens: 0,
        totalTokens: 0,
        totalTokensFresh: true,
      },
    });
    expect(await bench.call('chat.history', { sessionKey: 'main' })).toMatchObject({ messages: [] });
  });

  it('reset waits for the run of the session, and says so when it does not end', async () => {
    const active = [{ runId: 'run-1', sessionKey: 'agent:main:main', startedAt: 1 }];
    await using bench = await openMethodBench({ active });
    await seedSession(bench, 'agent:main:main', 0);
    await expect(bench.call('sessions.reset', { key: 'main' })).rejects.toThrow(
      'Session agent:main:main is still active; try again in a moment.',
    );
  });

  it('delete removes a session but not the main one', async () => {
    await using bench = await openMethodBench();
    const { sessionId } = await seedSession(bench, 'agent:main:work', 0);
    await seedTalk(bench, sessionId, 'hi', 'hello');
    await bench.services.store.mirrored();
    await expect(bench.call('sessions.delete', { key: 'main' })).rejects.toThrow(
      'Cannot delete the main session (agent:main:main).',
    );
    const gone = await bench.call('sessions.delete', { key: 'work' });
    expect(gone).toMatchObject({ ok: true, key: 'agent:main:work', deleted: true });
    expect(JSON.stringify(gone)).toMatch(new RegExp(`${sessionId}\\.jsonl\\.deleted\\.`));
    const again = { ok: true, key: 'agent:main:work', deleted: false, archived: [] };
    expect(await bench.call('sessions.delete', { key: 'work' })).toEqual(again);
  });

  it('compact keeps the newest lines and forgets counters that are no longer true', async () => {
    await using bench = await openMethodBench();
    const { sessionId } = await seedSession(bench, 'agent:main:main', 0, { totalTokens: 18, inputTokens: 11 });
    await seedTalk(bench, sessionId, 'one', 'two', 'three', 'four');
    const answer = await bench.call('sessions.compact', { key: 'main', maxLines: 2 });
    expect(answer).toMatchObject({ ok: true, key: 'agent:main:main', compacted: true, kept: 2 });
    expect(await bench.call('chat.history', { sessionKey: 'main' })).toMatchObject({
      messages: [{ content: [{ text: 'three' }] }, { content: [{ text: 'four' }] }],
    });
    const row = await bench.services.store.sessions.get('agent:main:main');
    expect(row?.entry).not.toHaveProperty('totalTokens');
    expect(await bench.call('sessions.compact', { key: 'main' })).toMatchObject({ compacted: false, kept: 2 });
  });

  it('reset keeps where a session talks to, also when only its delivery context says so', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:ctx', 1000, {
      deliveryContext: { channel: 'discord', to: 'channel:55', accountId: 'acc' },
    });
    const answer = await bench.call('sessions.reset', { key: 'agent:main:ctx' });
    expect(answer).toMatchObject({ entry: { lastChannel: 'discord', lastTo: 'channel:55' } });
    expect(JSON.stringify(answer)).not.toContain('acc');
  });

  it('list shows a session that was never updated as it is stored', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:main', bench.clock.now());
    expect(await bench.call('sessions.list', {})).toMatchObject({ sessions: [{ updatedAt: 0 }] });
  });

  it('compact says why there is nothing to do', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:quiet', 0);
    const quiet = await bench.call('sessions.compact', { key: 'quiet' });
    expect(quiet).toEqual({ ok: true, key: 'agent:main:quiet', compacted: false, reason: 'no transcript' });
    expect(await bench.call('sessions.compact', { key: 'zzz' })).toMatchObject({ reason: 'no sessionId' });
  });

  it.each(['sessions.reset', 'sessions.delete', 'sessions.compact', 'sessions.patch'])(
    '%s needs a key',
    async (method) => {
      await using bench = await openMethodBench();
      await expect(bench.call(method, { key: ' ' })).rejects.toThrow('key required');
    },
  );

  it.each(['sessions.reset', 'sessions.patch'])('%s makes nothing for an agent nobody configured', async (method) => {
    await using bench = await openMethodBench();
    await expect(bench.call(method, { key: 'agent:ghost:main' })).rejects.toThrow('unknown agent id "ghost"');
    expect(await bench.services.store.sessions.count()).toBe(0);
  });
});
