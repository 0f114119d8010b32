import { describe, expect, test } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { openStore, session, stateFolder } from '../store-fixture.ts';

async function seeded() {
  const folder = await stateFolder();
  const store = await openStore(folder);
  const { sessions } = store;
  await sessions.upsert('agent:main:a', 'main', () => session('id-a', { updatedAt: 1 }));
  await sessions.upsert('agent:main:b', 'main', () => session('id-b', { updatedAt: 2 }));
  await sessions.upsert('agent:ops:c', 'ops', () => session('id-c', { updatedAt: 3 }));
  const labels = async (agentId?: string) =>
    (await sessions.list(agentId === undefined ? {} : { agentId })).rows.map(({ entry }) => entry.label);
  return { folder, sessions, labels };
}

describe('a list that is asked for again', () => {
  test('is the same object while nothing changes', async () => {
    const { sessions } = await seeded();
    expect(await sessions.list({})).toBe(await sessions.list({}));
  });

  test('keeps the rows that did not change', async () => {
    const { sessions } = await seeded();
    const before = await sessions.list({});
    await sessions.upsert('agent:main:a', 'main', () => session('id-a', { updatedAt: 9 }));
    const after = await sessions.list({});
    expect(after.rows.map(({ key }) => key)).toEqual(['agent:main:a', 'agent:ops:c', 'agent:main:b']);
    expect(after.rows.slice(1)).toEqual(before.rows.slice(0, 2));
    expect(after.rows[1]).toBe(before.rows[0]);
  });

  test("shows another agent's list unchanged", async () => {
    const { sessions } = await seeded();
    const ops = await sessions.list({ agentId: 'ops' });
    await sessions.upsert('agent:main:a', 'main', () => session('id-a', { updatedAt: 9 }));
    expect(await sessions.list({ agentId: 'ops' })).toBe(ops);
  });

  test('shows sessions that came, changed and went', async () => {
    const { sessions, labels } = await seeded();
    expect(await labels('main')).toEqual([undefined, undefined]);
    await sessions.upsert('agent:main:a', 'main', () => session('id-a', { updatedAt: 1, label: 'A' }));
    expect(await labels('main')).toEqual([undefined, 'A']);
    await sessions.delete('agent:main:b', { archiveTranscript: false });
    expect(await labels('main')).toEqual(['A']);
    await sessions.renew('agent:main:a', () => session('id-n', { updatedAt: 5, label: 'N' }));
    expect(await labels()).toEqual(['N', undefined]);
  });

  test('shows what another connection wrote', async () => {
    const { folder, sessions } = await seeded();
    expect((await sessions.list({})).total).toBe(3);
    const other = openDatabase(`${folder}/chela/chela.sqlite`);
    other.exec(`delete from sessions where key = 'agent:ops:c'`);
    other.close();
    expect((await sessions.list({})).rows.map(({ key }) => key)).toEqual(['agent:main:b', 'agent:main:a']);
  });
});
