import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StoreOptions } from '../store.ts';
import {
  assistantMessage,
  header,
  line,
  MAIN_ID,
  manualClock,
  NOW,
  openStore,
  recordingLogger,
  seedTraceState,
  session,
  sessionsJson,
  stateFolder,
  transcriptJsonl,
  userMessage,
  WORK_ID,
  writeFixture,
} from '../store-fixture.ts';

const KEY = 'agent:main:main';
/** The clock stands still, so archive names do too. */
const ISO = '2026-02-17T10-00-00.000Z';

function openMirrored(state: string, options: Partial<StoreOptions> = {}) {
  return openStore(state, { mirror: true, ...options });
}

async function seeded(options: Partial<StoreOptions> = {}) {
  const state = await stateFolder();
  await seedTraceState(state);
  return { state, store: await openMirrored(state, options) };
}

async function linesIn(file: string): Promise<readonly unknown[]> {
  const text = await readFile(file, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each));
}

async function sessionsIn(state: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(sessionsJson(state), 'utf8'));
}

async function namesIn(state: string): Promise<readonly string[]> {
  return (await readdir(dirname(sessionsJson(state)))).sort();
}

/** A message and its answer; with `next` the session has that id from the end of the turn on. */
async function chat(store: Awaited<ReturnType<typeof openStore>>, runId: string, sessionId: string, next?: string) {
  const { ledger } = store;
  await ledger.accept({ runId, source: 'chat.send', agentId: 'main', sessionKey: KEY, body: {} });
  await ledger.startTurn({
    runId,
    source: 'chat.send',
    sessionId,
    opening: [{ type: 'model_change', provider: 'mock', modelId: 'm1' }, userMessage('hello there')],
  });
  await ledger.endTurn({
    runId,
    source: 'chat.send',
    sessionId,
    state: 'answered',
    entries: [assistantMessage('hi')],
    response: {},
    session: (current) => ({
      ...session(sessionId),
      ...current,
      ...(next !== undefined && { sessionId: next }),
      model: 'm1',
      compactionCount: 0,
    }),
  });
}

describe('after a chat', () => {
  test('sessions.json and the transcript stand as the original writes them, for their owner only', async () => {
    const state = await stateFolder();
    const store = await openMirrored(state);
    await chat(store, 'run-1', 'abc');
    await store.mirrored();
    const file = transcriptJsonl(state, 'abc');
    const text = await readFile(sessionsJson(state), 'utf8');
    expect(text).toBe(
      JSON.stringify(
        { [KEY]: { sessionId: 'abc', updatedAt: NOW, model: 'm1', compactionCount: 0, sessionFile: file } },
        null,
        2,
      ),
    );
    const branch = await store.transcripts.branch('abc');
    expect(await linesIn(file)).toEqual([
      {
        type: 'session',
        version: 3,
        id: 'abc',
        timestamp: '2026-02-17T10:00:00.000Z',
        cwd: '/home/user/workspace-main',
      },
      ...branch,
    ]);
    expect((await stat(sessionsJson(state))).mode & 0o777).toBe(0o600);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await namesIn(state)).toEqual(['abc.jsonl', 'sessions.json']);
  });

  test('the next one is appended to the same file', async () => {
    const state = await stateFolder();
    const store = await openMirrored(state);
    await chat(store, 'run-1', 'abc');
    await store.mirrored();
    const before = await readFile(transcriptJsonl(state, 'abc'), 'utf8');
    await chat(store, 'run-2', 'abc');
    await store.mirrored();
    const after = await readFile(transcriptJsonl(state, 'abc'), 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect((await linesIn(transcriptJsonl(state, 'abc'))).length).toBe(7);
  });

  test('the files follow by themselves soon after', async () => {
    const state = await stateFolder();
    const clock = manualClock();
    const store = await openMirrored(state, { clock });
    await chat(store, 'run-1', 'abc');
    expect(await namesIn(state).catch(() => [])).toEqual([]);
    clock.advance(100);
    await store.mirrored();
    expect(await namesIn(state)).toEqual(['abc.jsonl', 'sessions.json']);
  });

  test('a session that nobody answered yet has no file', async () => {
    const state = await stateFolder();
    const store = await openMirrored(state);
    await store.sessions.upsert(KEY, 'main', () => session('abc'));
    await store.transcripts.append('abc', [userMessage('anybody there?')]);
    await store.mirrored();
    expect(await namesIn(state)).toEqual(['sessions.json']);
    expect(await sessionsIn(state)).toEqual({ [KEY]: session('abc') });
  });

  test('a transcript from disk is continued in place', async () => {
    const { state, store } = await seeded();
    await store.transcripts.append(MAIN_ID, [userMessage('And of Italy?')]);
    await store.mirrored();
    const lines = await linesIn(transcriptJsonl(state, MAIN_ID));
    expect(lines.slice(0, 2)).toEqual([header(MAIN_ID), line('m1', null, 'user', 'What is the capital of France?')]);
    expect(lines[5]).toMatchObject({ parentId: 'm4' });
    expect(lines.length).toBe(6);
  });
});

test('a forked transcript names the file it began as a copy of', async () => {
  const state = await stateFolder();
  const store = await openMirrored(state);
  await chat(store, 'run-1', 'abc');
  await store.mirrored();
  await store.transcripts.fork('def', { sessionId: 'abc' });
  await store.sessions.upsert(`${KEY}:thread:1`, 'main', () => session('def'));
  await store.transcripts.append('def', [userMessage('and here?')]);
  await store.mirrored();
  const lines = await linesIn(transcriptJsonl(state, 'def'));
  expect(lines[0]).toMatchObject({ type: 'session', id: 'def', parentSession: transcriptJsonl(state, 'abc') });
  expect(lines.slice(1, 4)).toEqual((await linesIn(transcriptJsonl(state, 'abc'))).slice(1));
  expect(lines.length).toBe(5);
});

describe('resetting', () => {
  test('moves the transcript to its archive name and names it', async () => {
    const { state, store } = await seeded();
    await store.sessions.renew(KEY, () => session('fresh'));
    await store.mirrored();
    const archived = `${transcriptJsonl(state, MAIN_ID)}.reset.${ISO}`;
    expect(await store.transcripts.archives(MAIN_ID)).toEqual([archived]);
    expect(await namesIn(state)).toEqual([`${MAIN_ID}.jsonl.reset.${ISO}`, `${WORK_ID}.jsonl`, 'sessions.json']);
    expect((await linesIn(archived)).length).toBe(5);
    expect((await sessionsIn(state))[KEY]).toEqual(session('fresh'));
  });

  test('a session without a transcript archives nothing', async () => {
    const { state, store } = await seeded();
    await store.sessions.renew('agent:main:cron:job1', () => session('fresh'));
    await store.mirrored();
    expect(await store.transcripts.archives('00000000-0000-4000-8000-000000000005')).toEqual([]);
    expect(await namesIn(state)).toEqual([`${MAIN_ID}.jsonl`, `${WORK_ID}.jsonl`, 'sessions.json']);
  });

  test('archives the last answer too, even if it was not mirrored yet', async () => {
    const state = await stateFolder();
    const store = await openMirrored(state);
    await chat(store, 'run-1', 'abc');
    await store.sessions.renew(KEY, () => session('def'));
    await chat(store, 'run-2', 'def');
    await store.mirrored();
    expect(await namesIn(state)).toEqual([`abc.jsonl.reset.${ISO}`, 'def.jsonl', 'sessions.json']);
    expect((await linesIn(`${transcriptJsonl(state, 'abc')}.reset.${ISO}`)).length).toBe(4);
  });

  test('a turn that ends with its session started over is archived whole', async () => {
    const state = await stateFolder();
    const store = await openMirrored(state);
    await chat(store, 'run-1', 'abc');
    await chat(store, 'run-2', 'abc', 'def');
    await store.mirrored();
    expect(await namesIn(state)).toEqual([`abc.jsonl.reset.${ISO}`, 'sessions.json']);
    expect((await linesIn(`${transcriptJsonl(state, 'abc')}.reset.${ISO}`)).length).toBe(7);
    expect((await sessionsIn(state))[KEY]).toMatchObject({ sessionId: 'def' });
  });
});

test('deleting moves the transcript and takes the session out of sessions.json', async () => {
  const { state, store } = await seeded();
  await store.sessions.delete('agent:main:work', { archiveTranscript: true });
  await store.mirrored();
  expect(await namesIn(state)).toEqual([`${MAIN_ID}.jsonl`, `${WORK_ID}.jsonl.deleted.${ISO}`, 'sessions.json']);
  expect(Object.keys(await sessionsIn(state))).not.toContain('agent:main:work');
  expect(Object.keys(await sessionsIn(state)).length).toBe(6);
});

test('deleting without archiving leaves the transcript where it is', async () => {
  const { state, store } = await seeded();
  await store.sessions.delete('agent:main:work', { archiveTranscript: false });
  await store.mirrored();
  expect(await namesIn(state)).toEqual([`${MAIN_ID}.jsonl`, `${WORK_ID}.jsonl`, 'sessions.json']);
});

describe('compacting by lines', () => {
  test('keeps the last lines without a header and the whole file as a backup', async () => {
    const { state, store } = await seeded();
    const file = transcriptJsonl(state, MAIN_ID);
    const whole = await readFile(file, 'utf8');
    expect(await store.transcripts.truncate(MAIN_ID, 2)).toEqual({ kept: 2, removed: 3 });
    await store.mirrored();
    expect(await linesIn(file)).toEqual([
      line('m3', 'm2', 'user', 'And of Spain?'),
      line('m4', 'm3', 'assistant', 'Madrid.'),
    ]);
    expect(await store.transcripts.archives(MAIN_ID)).toEqual([`${file}.bak.${ISO}`]);
    expect(await readFile(`${file}.bak.${ISO}`, 'utf8')).toBe(whole);
    expect(await store.transcripts.truncate(MAIN_ID, 400)).toEqual({ kept: 2, removed: 0 });
    await store.mirrored();
    expect(await namesIn(state)).toEqual([
      `${MAIN_ID}.jsonl`,
      `${MAIN_ID}.jsonl.bak.${ISO}`,
      `${WORK_ID}.jsonl`,
      'sessions.json',
    ]);
  });

  test('is the same after a restart, and goes on from there', async () => {
    const { state, store } = await seeded();
    await store.transcripts.truncate(MAIN_ID, 2);
    await store.close();
    const next = await openMirrored(state);
    expect((await next.transcripts.branch(MAIN_ID)).map(({ id }) => id)).toEqual(['m3', 'm4']);
    await next.transcripts.append(MAIN_ID, [userMessage('And of Italy?')]);
    await next.mirrored();
    expect((await linesIn(transcriptJsonl(state, MAIN_ID))).length).toBe(3);
  });
});

describe('nothing is lost between two programs', () => {
  test('what was written while the mirror was off is in the files once it is on', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const off = await openStore(state);
    await off.transcripts.append(MAIN_ID, [userMessage('off'), assistantMessage('line')]);
    await off.sessions.upsert('agent:main:new', 'main', () => session('new'));
    await off.sessions.delete('agent:main:work', { archiveTranscript: true });
    await off.close();
    const on = await openMirrored(state);
    await on.sessions.count();
    await on.close();
    expect((await linesIn(transcriptJsonl(state, MAIN_ID))).length).toBe(7);
    expect(Object.keys(await sessionsIn(state))).toContain('agent:main:new');
    expect(Object.keys(await sessionsIn(state))).not.toContain('agent:main:work');
  });

  test('lines that another program added meanwhile stay, and ours follow', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const off = await openStore(state);
    await off.transcripts.append(MAIN_ID, [userMessage('ours')]);
    await off.close();
    const file = transcriptJsonl(state, MAIN_ID);
    await writeFile(file, `${await readFile(file, 'utf8')}${JSON.stringify(line('theirs', 'm4', 'user', 'theirs'))}`);
    const on = await openMirrored(state);
    await on.transcripts.append(MAIN_ID, [assistantMessage('both')]);
    await on.close();
    const ids = (await linesIn(file)).map((each) => JSON.stringify(each).slice(0, 200));
    expect(ids.length).toBe(8);
    expect(ids[5]).toContain('theirs');
    expect(ids[6]).toContain('ours');
    expect(ids[7]).toContain('"parentId":"theirs"');
  });

  test('sessions that another program added meanwhile are kept when the file is written', async () => {
    const { state, store } = await seeded();
    await store.sessions.count();
    await writeFixture(sessionsJson(state), { ...(await sessionsIn(state)), 'agent:main:theirs': session('theirs') });
    await store.sessions.upsert('agent:main:ours', 'main', () => session('ours'));
    await store.mirrored();
    expect(Object.keys(await sessionsIn(state))).toEqual(
      expect.arrayContaining(['agent:main:theirs', 'agent:main:ours']),
    );
    expect(await store.sessions.get('agent:main:theirs')).toBeDefined();
  });
});

test('a sessions.json that cannot be read is put beside, not overwritten', async () => {
  const state = await stateFolder();
  await writeFixture(sessionsJson(state), '{"agent:main:main": ');
  const store = await openMirrored(state);
  await store.sessions.upsert(KEY, 'main', () => session('abc'));
  await store.mirrored();
  expect(await namesIn(state)).toEqual(['sessions.json', `sessions.json.unreadable.${ISO}`]);
  expect(await sessionsIn(state)).toEqual({ [KEY]: session('abc') });
});

test('a file that cannot be written is reported, and written when it can be', async () => {
  const state = await stateFolder();
  const logger = recordingLogger();
  const store = await openMirrored(state, { logger });
  const blocked = dirname(dirname(sessionsJson(state)));
  await mkdir(dirname(blocked), { recursive: true });
  await writeFile(blocked, 'a file where a folder should be');
  await chat(store, 'run-1', 'abc');
  await expect(store.mirrored()).rejects.toThrow();
  expect(logger.warnings).toContain('a mirrored file could not be written; it will be tried again');
  expect((await store.ledger.find('chat.send', 'run-1'))?.state).toBe('answered');
  await rm(blocked);
  await store.mirrored();
  expect(await namesIn(state)).toEqual(['abc.jsonl', 'sessions.json']);
});

test('a state directory made by the store is for its owner only', async () => {
  const state = await stateFolder();
  await chmod(state, 0o755);
  const store = await openMirrored(state);
  await chat(store, 'run-1', 'abc');
  await store.mirrored();
  const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
  expect(await mode(`${state}/chela`)).toBe(0o700);
  for (const name of await readdir(`${state}/chela`)) expect(await mode(`${state}/chela/${name}`)).toBe(0o600);
  expect(await mode(`${state}/agents`)).toBe(0o700);
});
