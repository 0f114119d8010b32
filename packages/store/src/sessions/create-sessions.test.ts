import { describe, expect, test } from 'vitest';
import { LabelTakenError, type SessionQuery } from '../sessions.ts';
import {
  MAIN_ID,
  manualClock,
  NOW,
  openStore,
  seedTraceState,
  session,
  stateFolder,
  userMessage,
  WORK_ID,
} from '../store-fixture.ts';

async function seededStore() {
  const state = await stateFolder();
  await seedTraceState(state);
  return openStore(state);
}

describe('a list', () => {
  const cases: readonly [name: string, query: SessionQuery, keys: readonly string[]][] = [
    [
      'is newest first and hides global and unknown',
      {},
      [
        'agent:main:main',
        'agent:main:work',
        'agent:main:telegram:group:-100200',
        'agent:main:subagent:aaaa',
        'agent:main:cron:job1',
      ],
    ],
    [
      'shows global and unknown when asked',
      { includeGlobal: true, includeUnknown: true, limit: 6 },
      [
        'agent:main:main',
        'agent:main:work',
        'agent:main:telegram:group:-100200',
        'agent:main:subagent:aaaa',
        'global',
        'unknown',
      ],
    ],
    ['is cut at its limit', { limit: 2 }, ['agent:main:main', 'agent:main:work']],
    ['narrows by label', { label: 'Helper' }, ['agent:main:subagent:aaaa']],
    ['narrows by who spawned', { spawnedBy: 'agent:main:main' }, ['agent:main:subagent:aaaa']],
    ['narrows by time', { updatedSince: NOW - 120_000 }, ['agent:main:main', 'agent:main:work']],
    ['narrows by agent', { agentId: 'ops' }, []],
    ['finds a subject in any case', { search: 'FAMILY' }, ['agent:main:telegram:group:-100200']],
    ['finds a part of a session id', { search: WORK_ID.slice(-4) }, ['agent:main:work']],
    ['takes wildcards of SQL as they are', { search: '%' }, []],
    ['joins its filters', { agentId: 'main', search: 'cron', updatedSince: NOW }, []],
  ];

  test.each(cases)('%s', async (_name, query, keys) => {
    const { sessions } = await seededStore();
    const { rows } = await sessions.list(query);
    expect(rows.map(({ key }) => key)).toEqual(keys);
  });

  test('tells how many there are beyond its limit', async () => {
    const { sessions } = await seededStore();
    expect((await sessions.list({ limit: 2 })).total).toBe(5);
    expect((await sessions.list({ limit: 2, includeGlobal: true })).total).toBe(6);
    expect((await sessions.list({ limit: 1, agentId: 'main' })).total).toBe(5);
    expect(await sessions.count()).toBe(7);
  });

  test('longer than a batch is read whole and in order', async () => {
    const { sessions } = await openStore(await stateFolder());
    for (let n = 0; n < 450; n += 1) {
      await sessions.upsert(`agent:main:n${n}`, 'main', () => session(`s${n}`, { updatedAt: NOW + n }));
    }
    const { total, rows } = await sessions.list({});
    expect(total).toBe(450);
    expect(rows.map(({ entry }) => entry.updatedAt)).toEqual(Array.from({ length: 450 }, (_, n) => NOW + 449 - n));
  });
});

describe('a label', () => {
  test('of another session is refused, and free again when that one drops it', async () => {
    const { sessions } = await seededStore();
    const label = (key: string, value: string | undefined) =>
      sessions.upsert(key, 'main', (current) => {
        const { label: _old, ...entry } = current ?? session('new');
        return value === undefined ? entry : { ...entry, label: value };
      });
    await expect(label('agent:main:main', 'Work')).rejects.toThrow(LabelTakenError);
    await expect(label('agent:main:main', 'Work')).rejects.toThrow('label already in use: Work');
    expect((await sessions.get('agent:main:main'))?.entry.label).toBeUndefined();
    await label('agent:main:work', undefined);
    expect((await label('agent:main:main', 'Work')).entry.label).toBe('Work');
  });

  test('may be used once by each agent', async () => {
    const { sessions } = await openStore(await stateFolder());
    await sessions.upsert('agent:main:a', 'main', () => session('1', { label: 'Same' }));
    await sessions.upsert('agent:ops:b', 'ops', () => session('2', { label: 'Same' }));
    expect((await sessions.list({ label: 'Same' })).total).toBe(2);
  });
});

test('unknown members of an entry survive a change', async () => {
  const { sessions } = await openStore(await stateFolder());
  await sessions.upsert('agent:main:main', 'main', () => session('1', { origin: { label: 'x' }, future: [1, 2] }));
  await sessions.upsert('agent:main:main', 'main', (current) => ({ ...session('1'), ...current, updatedAt: NOW + 1 }));
  expect((await sessions.bySessionId('1'))?.entry).toEqual({
    sessionId: '1',
    updatedAt: NOW + 1,
    origin: { label: 'x' },
    future: [1, 2],
  });
});

test('a member of a wrong type is left out of the entry, not the entry out of the list', async () => {
  const { sessions } = await openStore(await stateFolder());
  const cleared: unknown = JSON.parse('{"model":null,"label":"kept"}');
  await sessions.upsert('agent:main:main', 'main', () => Object.assign(session('1'), cleared));
  expect((await sessions.list({})).rows.map(({ entry }) => entry)).toEqual([session('1', { label: 'kept' })]);
});

test('renewing gives a new id and an empty transcript and keeps what the caller keeps', async () => {
  const { sessions, transcripts } = await seededStore();
  expect((await transcripts.branch(MAIN_ID)).length).toBe(4);
  const renewed = await sessions.renew('agent:main:main', (current) => ({
    ...session('fresh', { updatedAt: NOW }),
    model: current?.model ?? '',
  }));
  expect(renewed.entry).toEqual({ sessionId: 'fresh', updatedAt: NOW, model: 'm1' });
  expect(await transcripts.branch('fresh')).toEqual([]);
  expect(await sessions.bySessionId(MAIN_ID)).toBeUndefined();
});

test('the archived transcript of a renewed session is kept for ninety days', async () => {
  const clock = manualClock();
  const { sessions, transcripts } = await openStore(await stateFolder(), { clock });
  await sessions.upsert('agent:main:x', 'main', () => session('old'));
  await transcripts.append('old', [userMessage('remember me')]);
  await sessions.renew('agent:main:x', () => session('new'));
  const dayMs = 24 * 60 * 60 * 1000;
  clock.advance(89 * dayMs);
  expect((await transcripts.branch('old')).length).toBe(1);
  await transcripts.append('new', [userMessage('go on')]);
  clock.advance(2 * dayMs);
  expect(await transcripts.branch('old')).toEqual([]);
  expect((await transcripts.branch('new')).length).toBe(1);
});

describe('deleting', () => {
  test('removes the session and says whether there was one', async () => {
    const { sessions } = await seededStore();
    expect(await sessions.delete('agent:main:work', { archiveTranscript: true })).toBe(true);
    expect(await sessions.delete('agent:main:work', { archiveTranscript: true })).toBe(false);
    expect(await sessions.get('agent:main:work')).toBeUndefined();
    expect((await sessions.list({})).total).toBe(4);
  });

  test('a session that comes back with the same id starts with an empty transcript', async () => {
    const { sessions, transcripts } = await openStore(await stateFolder());
    const create = () => sessions.upsert('agent:main:x', 'main', () => session('same'));
    await create();
    await transcripts.append('same', [userMessage('old')]);
    await sessions.delete('agent:main:x', { archiveTranscript: true });
    await create();
    expect(await transcripts.branch('same')).toEqual([]);
    await transcripts.append('same', [userMessage('new')]);
    expect(await transcripts.edges('same')).toEqual({ firstUser: 'new', lastMessage: 'new' });
  });
});
