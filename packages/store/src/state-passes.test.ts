import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { surveySessions } from './import/survey-sessions.ts';
import {
  assistantMessage,
  line,
  MAIN_ID,
  openStore,
  seedTraceState,
  session,
  sessionsJson,
  stateFolder,
  transcriptJsonl,
  userMessage,
  WORK_ID,
  writeFixture,
} from './store-fixture.ts';

async function seeded(): Promise<string> {
  const state = await stateFolder();
  await seedTraceState(state);
  await writeFixture(sessionsJson(state, 'ops'), { main: session('ops-id'), odd: 7 });
  return state;
}

describe('taking everything in', () => {
  test('tells what is new, and nothing the second time, also in a new process', async () => {
    const state = await seeded();
    const store = await openStore(state, { importOnDemand: true });
    const steps: string[] = [];
    const first = await store.passes.importAll((done, total) => steps.push(`${done}/${total}`));
    expect(first).toEqual({
      sessions: { added: 8, changed: 0, unchanged: 0, removed: 0 },
      transcripts: { added: 2, grown: 0, unchanged: 0 },
      entriesAdded: 6,
      unreadableLines: 0,
    });
    expect(steps.at(-1)).toBe('8/8');
    await store.close();
    const again = await openStore(state, { importOnDemand: true });
    expect(await again.passes.importAll()).toEqual({
      sessions: { added: 0, changed: 0, unchanged: 8, removed: 0 },
      transcripts: { added: 0, grown: 0, unchanged: 2 },
      entriesAdded: 0,
      unreadableLines: 0,
    });
  });

  test('takes in later what the original went on with', async () => {
    const state = await seeded();
    const store = await openStore(state, { importOnDemand: true });
    await store.passes.importAll();
    await store.close();
    await appendFile(transcriptJsonl(state, WORK_ID), `${JSON.stringify(line('m3', 'm2', 'user', 'And?'))}\nbroken\n`);
    const again = await openStore(state, { importOnDemand: true });
    expect(await again.passes.importAll()).toMatchObject({
      transcripts: { grown: 1, unchanged: 1 },
      entriesAdded: 2,
      unreadableLines: 1,
    });
  });
});

describe('a survey', () => {
  test('counts without making anything', async () => {
    const state = await seeded();
    await writeFile(transcriptJsonl(state, 'nobody'), '');
    await writeFile(`${transcriptJsonl(state, MAIN_ID)}.reset.2026-01-01T00-00-00.000Z`, '');
    const [main, ops] = [...(await surveySessions(state, undefined))].sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
    expect(main).toMatchObject({ sessions: 7, dropped: 0, transcripts: 2, unnamed: ['nobody.jsonl'], archives: 1 });
    expect(ops).toMatchObject({ agentId: 'ops', sessions: 1, dropped: 1, transcripts: 0 });
    expect(await readdir(state)).toEqual(['agents']);
  });

  test('names a file that cannot be read', async () => {
    const state = await stateFolder();
    await writeFixture(sessionsJson(state), '[]');
    expect(await surveySessions(state, undefined)).toMatchObject([{ problem: 'the file holds no JSON object' }]);
  });
});

describe('writing everything elsewhere', () => {
  test('gives a directory that reads the same again', async () => {
    const state = await seeded();
    const store = await openStore(state);
    await store.transcripts.append(MAIN_ID, [userMessage('And of Italy?'), assistantMessage('Rome.')]);
    await store.sessions.renew('agent:main:work', () => session('fresh'));
    const to = await stateFolder();
    expect(await store.passes.exportAll(to)).toEqual({ sessions: 8, transcripts: 1, entries: 6, archives: 1 });
    const elsewhere = await openStore(to);
    const branch = await elsewhere.transcripts.branch(MAIN_ID);
    expect(branch).toEqual(await store.transcripts.branch(MAIN_ID));
    expect((await elsewhere.sessions.list({ includeGlobal: true, includeUnknown: true })).total).toBe(8);
    const written = JSON.parse(await readFile(sessionsJson(to), 'utf8'));
    expect(written['agent:main:main'].sessionFile).toBe(transcriptJsonl(to, MAIN_ID));
    expect(written['agent:main:work'].sessionFile).toBeUndefined();
    expect((await readdir(join(to, 'agents/main/sessions'))).sort()).toEqual([
      `${MAIN_ID}.jsonl`,
      `${WORK_ID}.jsonl.reset.2026-02-17T10-00-00.000Z`,
      'sessions.json',
    ]);
    expect((await stat(transcriptJsonl(to, MAIN_ID))).mode & 0o777).toBe(0o600);
  });

  test('replaces what an earlier export wrote', async () => {
    const state = await seeded();
    const store = await openStore(state);
    const to = await stateFolder();
    const first = await store.passes.exportAll(to);
    const text = await readFile(sessionsJson(to), 'utf8');
    expect(await store.passes.exportAll(to)).toEqual(first);
    expect(await readFile(sessionsJson(to), 'utf8')).toBe(text);
  });
});

test('a backup is one private file that opens as a database of its own while the first is in use', async () => {
  const state = await seeded();
  const store = await openStore(state);
  await store.transcripts.append(MAIN_ID, [userMessage('And of Italy?')]);
  const to = await stateFolder();
  await writeFixture(join(to, 'chela', 'placeholder'), '');
  const copy = join(to, 'chela', 'chela.sqlite');
  await store.passes.backUp(copy);
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
  expect((await readdir(join(to, 'chela'))).sort()).toEqual(['chela.sqlite', 'placeholder']);
  const restored = await openStore(to);
  expect((await restored.transcripts.branch(MAIN_ID)).length).toBe(5);
});
