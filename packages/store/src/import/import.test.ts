import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
import type { TranscriptEntry } from '../transcript.ts';

/** Longer than the store looks away between two looks at the files. */
const A_WHILE_MS = 10_000;

function idsOf(entries: readonly TranscriptEntry[]): readonly string[] {
  return entries.map(({ id }) => id);
}

describe('sessions of an existing state directory', () => {
  test('are in the first list after opening, and the files are left untouched', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const before = await readFile(sessionsJson(state), 'utf8');
    const store = await openStore(state);
    expect((await store.sessions.list({})).total).toBe(5);
    await store.sessions.upsert('agent:main:work', 'main', (current) => ({
      ...session('x'),
      ...current,
      label: 'New',
    }));
    await store.sessions.delete('agent:main:cron:job1', { archiveTranscript: true });
    await store.mirrored();
    await store.close();
    expect(await readFile(sessionsJson(state), 'utf8')).toBe(before);
  });

  test('of several agents and a path template are all found', async () => {
    const state = await stateFolder();
    const template = join(state, 'kept', 'agent-{agentId}', 'sessions.json');
    for (const agentId of ['main', 'ops']) {
      await writeFixture(template.replace('{agentId}', agentId), { main: session(`${agentId}-id`) });
    }
    const { sessions } = await openStore(state, { sessionStorePath: template });
    const { rows } = await sessions.list({});
    expect(rows.map(({ key, agentId }) => [key, agentId])).toEqual([
      ['agent:main:main', 'main'],
      ['agent:ops:main', 'ops'],
    ]);
  });

  test('of all agents in one shared file keep the agent of their key', async () => {
    const state = await stateFolder();
    const shared = join(state, 'all.json');
    await writeFixture(shared, { 'agent:ops:x': session('1'), main: session('2') });
    const { sessions } = await openStore(state, { sessionStorePath: shared });
    expect((await sessions.get('agent:ops:x'))?.agentId).toBe('ops');
    expect((await sessions.get('agent:main:main'))?.agentId).toBe('main');
  });

  test('ten thousand of them are imported by a worker while the loop goes on', { timeout: 30_000 }, async () => {
    const state = await stateFolder();
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, n) => [
        `agent:main:n${n}`,
        session(`id-${n}`, { updatedAt: NOW - n, label: `seed ${n}`, deliveryContext: { channel: 'webchat' } }),
      ]),
    );
    await writeFixture(sessionsJson(state), many);
    const { sessions } = await openStore(state);
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    const { total, rows } = await sessions.list({ limit: 2 });
    clearInterval(ticking);
    expect(total).toBe(10_000);
    expect(rows.map(({ key }) => key)).toEqual(['agent:main:n0', 'agent:main:n1']);
    expect(turns).toBeGreaterThan(20);
  });

  test('that cannot be read are reported once, and the store goes on without them', async () => {
    const state = await stateFolder();
    await writeFixture(sessionsJson(state), '{"agent:main:main": ');
    const logger = recordingLogger();
    const clock = manualClock();
    const { sessions } = await openStore(state, { logger, clock });
    expect(await sessions.count()).toBe(0);
    clock.advance(A_WHILE_MS);
    expect(await sessions.count()).toBe(0);
    expect(logger.warnings).toEqual(['sessions could not be imported; the file is left as it is']);
    await writeFixture(sessionsJson(state), { main: session('mended') });
    clock.advance(A_WHILE_MS);
    expect((await sessions.get('agent:main:main'))?.entry.sessionId).toBe('mended');
  });
});

describe('when the file changes underneath', () => {
  async function changed(change: (file: Record<string, unknown>) => void) {
    const state = await stateFolder();
    await seedTraceState(state);
    const clock = manualClock();
    const store = await openStore(state, { clock });
    await store.sessions.count();
    const rewrite = async (): Promise<void> => {
      const content = JSON.parse(await readFile(sessionsJson(state), 'utf8'));
      change(content);
      await writeFixture(sessionsJson(state), content);
      clock.advance(A_WHILE_MS);
    };
    return { state, store, clock, rewrite };
  }

  test('new, changed and removed sessions follow', async () => {
    const { store, rewrite } = await changed((file) => {
      delete file['agent:main:work'];
      file['agent:main:main'] = session('other', { updatedAt: NOW });
      file['agent:main:extra'] = session('extra');
    });
    await rewrite();
    expect(await store.sessions.get('agent:main:work')).toBeUndefined();
    expect((await store.sessions.get('agent:main:main'))?.entry.sessionId).toBe('other');
    expect((await store.sessions.get('agent:main:extra'))?.entry.sessionId).toBe('extra');
  });

  test('a session changed here stays unless the file has it newer', async () => {
    const { store, rewrite } = await changed((file) => {
      file['agent:main:main'] = session('file-older', { updatedAt: NOW - 1 });
      file['agent:main:work'] = session('file-newer', { updatedAt: NOW + 2 });
    });
    for (const key of ['agent:main:main', 'agent:main:work']) {
      await store.sessions.upsert(key, 'main', () => session('ours', { updatedAt: NOW }));
    }
    await rewrite();
    expect((await store.sessions.get('agent:main:main'))?.entry.sessionId).toBe('ours');
    expect((await store.sessions.get('agent:main:work'))?.entry.sessionId).toBe('file-newer');
  });

  test('a session deleted here stays deleted until the file has news of it', async () => {
    const { store, rewrite } = await changed((file) => {
      file['agent:main:extra'] = session('extra');
      file['agent:main:cron:job1'] = session('revived', { updatedAt: NOW + 1 });
    });
    await store.sessions.delete('agent:main:work', { archiveTranscript: true });
    await store.sessions.delete('agent:main:cron:job1', { archiveTranscript: true });
    await rewrite();
    expect(await store.sessions.get('agent:main:extra')).toBeDefined();
    expect(await store.sessions.get('agent:main:work')).toBeUndefined();
    expect((await store.sessions.get('agent:main:cron:job1'))?.entry.sessionId).toBe('revived');
  });

  test('a session deleted here is still gone after a restart', async () => {
    const { state, store } = await changed(() => {});
    await store.sessions.delete('agent:main:work', { archiveTranscript: true });
    await store.close();
    const file = sessionsJson(state);
    await writeFile(file, `${await readFile(file, 'utf8')}\n`);
    const next = await openStore(state);
    expect((await next.sessions.list({})).total).toBe(4);
    expect(await next.sessions.get('agent:main:work')).toBeUndefined();
  });

  test('a file that is gone takes no session with it', async () => {
    const { state, store, clock } = await changed(() => {});
    await rm(sessionsJson(state));
    clock.advance(A_WHILE_MS);
    expect(await store.sessions.count()).toBe(7);
  });
});

describe('a transcript on disk', () => {
  test('is read at the first touch, as it stands', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const { transcripts } = await openStore(state);
    const branch = await transcripts.branch(MAIN_ID);
    expect(idsOf(branch)).toEqual(['m1', 'm2', 'm3', 'm4']);
    expect(branch[3]).toEqual(line('m4', 'm3', 'assistant', 'Madrid.'));
    const [next] = await transcripts.append(MAIN_ID, [userMessage('And of Italy?')]);
    expect(next?.parentId).toBe('m4');
  });

  test('is continued by the ledger behind its last entry', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const { ledger } = await openStore(state);
    await ledger.accept({ runId: 'r', source: 'agent', agentId: 'main', sessionKey: 'agent:main:main', body: null });
    const { appended } = await ledger.startTurn({
      runId: 'r',
      source: 'agent',
      sessionId: MAIN_ID,
      opening: [userMessage('next')],
    });
    expect(appended[0]?.parentId).toBe('m4');
  });

  test('gives its edges without being imported', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const { transcripts } = await openStore(state);
    expect(await transcripts.edges(MAIN_ID)).toEqual({
      firstUser: 'What is the capital of France?',
      lastMessage: 'Madrid.',
    });
    await transcripts.append(MAIN_ID, [assistantMessage('One more thing.')]);
    expect((await transcripts.edges(MAIN_ID)).lastMessage).toBe('One more thing.');
  });

  test('shows its sound lines, keeps the corrupt ones, and says how many', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const sound = (await readFile(transcriptJsonl(state, WORK_ID), 'utf8')).trimEnd().split('\n');
    await writeFile(
      transcriptJsonl(state, WORK_ID),
      [sound[0], '{"type":"mess', sound[1], '[]', sound[2], '{"ty'].join('\n'),
    );
    const logger = recordingLogger();
    const { transcripts } = await openStore(state, { logger });
    expect(idsOf(await transcripts.branch(WORK_ID))).toEqual(['m1', 'm2']);
    expect(logger.warnings).toEqual(['lines of a transcript could not be read; they are kept but not shown']);
    const [next] = await transcripts.append(WORK_ID, [userMessage('next')]);
    expect(next?.parentId).toBe('m2');
    expect(idsOf(await transcripts.branch(WORK_ID))).toEqual(['m1', 'm2', next?.id]);
  });

  test('of the first format, without ids, is one conversation and goes on as one', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const old = (role: string, text: string, at: number) => ({
      type: 'message',
      timestamp: '2025-01-05T10:00:00.000Z',
      message: { role, content: [{ type: 'text', text }], timestamp: at },
    });
    await writeFixture(transcriptJsonl(state, WORK_ID), [
      { type: 'session', id: WORK_ID, timestamp: '2025-01-05T10:00:00.000Z', cwd: '/x' },
      old('user', 'first', 1),
      old('assistant', 'second', 2),
    ]);
    const { transcripts, close } = await openStore(state, { mirror: true });
    const before = await transcripts.branch(WORK_ID);
    expect(before.map((entry) => entry.type === 'message' && entry.message.timestamp)).toEqual([1, 2]);
    const [next] = await transcripts.append(WORK_ID, [userMessage('third')]);
    expect(next?.parentId).toBe(before.at(-1)?.id);
    await close();
    const file = await readFile(transcriptJsonl(state, WORK_ID), 'utf8');
    expect(file.trimEnd().split('\n').length).toBe(4);
    const again = await openStore(state, { mirror: true });
    expect(idsOf(await again.transcripts.branch(WORK_ID))).toEqual([...idsOf(before), next?.id]);
  });

  test.each([
    ['empty', '', { kept: 0, removed: 0 }],
    ['blank', '\n\n', { kept: 0, removed: 0 }],
    ['broken', 'no json\n{"half": \n\n[1,2]\nnothing\n', { kept: 2, removed: 2 }],
  ])('that is %s counts its lines when it is shortened', async (_name, text, expected) => {
    const state = await stateFolder();
    await seedTraceState(state);
    await writeFixture(transcriptJsonl(state, WORK_ID), text);
    const store = await openStore(state, { mirror: true });
    expect(await store.transcripts.truncate(WORK_ID, 2)).toEqual(expected);
    await store.mirrored();
    if (expected.removed === 0) return;
    expect(await readFile(transcriptJsonl(state, WORK_ID), 'utf8')).toBe('[1,2]\nnothing\n');
  });

  test('may lack its header, and then has one line less to count', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    await writeFixture(transcriptJsonl(state, WORK_ID), [
      line('a', null, 'user', '1'),
      line('b', 'a', 'assistant', '2'),
    ]);
    const { transcripts } = await openStore(state);
    expect(idsOf(await transcripts.branch(WORK_ID))).toEqual(['a', 'b']);
    expect(await transcripts.truncate(WORK_ID, 400)).toEqual({ kept: 2, removed: 0 });
  });

  test('keeps entries of unknown types as links and shows the branch of its last line', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    await writeFixture(transcriptJsonl(state, WORK_ID), [
      header(WORK_ID),
      line('a', null, 'user', 'root'),
      line('b', 'a', 'assistant', 'left'),
      { type: 'from_the_future', id: 'c', parentId: 'a', timestamp: 'x' },
      line('d', 'c', 'assistant', 'right'),
    ]);
    const { transcripts } = await openStore(state);
    expect(idsOf(await transcripts.branch(WORK_ID))).toEqual(['a', 'd']);
  });

  test('with a sessionFile of another folder is looked for beside its own sessions.json', async () => {
    const state = await stateFolder();
    await writeFixture(sessionsJson(state), {
      main: session('abc', { sessionFile: '/somewhere/else/abc-topic-7.jsonl' }),
    });
    await writeFixture(transcriptJsonl(state, 'abc-topic-7'), [header('abc'), line('a', null, 'user', 'here')]);
    const { transcripts } = await openStore(state);
    expect(idsOf(await transcripts.branch('abc'))).toEqual(['a']);
  });

  test('that another program added to is read on after a restart', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const first = await openStore(state);
    expect((await first.transcripts.branch(MAIN_ID)).length).toBe(4);
    await first.close();
    const file = transcriptJsonl(state, MAIN_ID);
    await writeFile(file, `${await readFile(file, 'utf8')}${JSON.stringify(line('m5', 'm4', 'user', 'more'))}\n`);
    const second = await openStore(state);
    expect(idsOf(await second.transcripts.branch(MAIN_ID))).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
  });

  test('that another program rewrote shows its new last line', async () => {
    const state = await stateFolder();
    await seedTraceState(state);
    const first = await openStore(state);
    await first.transcripts.branch(MAIN_ID);
    await first.close();
    await writeFixture(transcriptJsonl(state, MAIN_ID), [header(MAIN_ID), line('n1', null, 'user', 'anew')]);
    const second = await openStore(state);
    expect(idsOf(await second.transcripts.branch(MAIN_ID))).toEqual(['n1']);
  });

  test('of many chunks is taken whole', async () => {
    const state = await stateFolder();
    await writeFixture(sessionsJson(state), { main: session('big') });
    const lines = Array.from({ length: 3_000 }, (_, n) =>
      line(`e${n}`, n === 0 ? null : `e${n - 1}`, n % 2 === 0 ? 'user' : 'assistant', 'lorem ipsum '.repeat(30)),
    );
    await writeFixture(transcriptJsonl(state, 'big'), [header('big'), ...lines]);
    expect((await stat(transcriptJsonl(state, 'big'))).size).toBeGreaterThan(1_000_000);
    const { transcripts } = await openStore(state);
    const [branch, tail] = await Promise.all([transcripts.branch('big'), transcripts.tail('big', 2)]);
    expect(branch.length).toBe(3_000);
    expect(idsOf(tail)).toEqual(['e2998', 'e2999']);
  });
});
