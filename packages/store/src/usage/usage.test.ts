import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import {
  header,
  MAIN_ID,
  manualClock,
  NOW,
  openStore,
  recordingLogger,
  session,
  sessionsJson,
  stateFolder,
  transcriptJsonl,
  writeFixture,
} from '../store-fixture.ts';
import type { NewTranscriptEntry } from '../transcript.ts';
import type { DayRange } from '../usage.ts';

const DAY = '2026-02-17';
const TODAY: DayRange = { from: DAY, to: DAY };
const EVER: DayRange = { from: '0000-01-01', to: '9999-12-31' };

function said(role: string, at: number, members: object = {}): NewTranscriptEntry {
  return {
    type: 'message',
    message: { role: role === 'user' ? 'user' : 'assistant', content: 'x', timestamp: at, ...members },
  };
}

function answer(at: number, input: number, members: object = {}): NewTranscriptEntry {
  const usage = { input, output: 1, totalTokens: input + 1, cost: { input: 1, output: 1, total: 2 } };
  return said('assistant', at, { provider: 'mock', model: 'm1', usage, ...members });
}

/** Lines of a transcript file as the original writes them. */
function lines(sessionId: string, messages: readonly NewTranscriptEntry[]): readonly unknown[] {
  const entries = messages.map((entry, index) => ({
    id: `${sessionId.slice(0, 6)}${String(index).padStart(2, '0')}`,
    parentId: null,
    timestamp: '2026-02-17T10:00:00.000Z',
    ...entry,
  }));
  return [header(sessionId), ...entries];
}

it('adds a message once, however often it is asked', async () => {
  const store = await openStore(await stateFolder());
  await store.sessions.upsert('agent:main:main', 'main', () => session(MAIN_ID));
  await store.transcripts.append(MAIN_ID, [said('user', NOW), answer(NOW + 1_500, 10)]);
  await store.usage.refresh();
  await store.usage.refresh();
  await store.transcripts.append(MAIN_ID, [answer(NOW + 2_000, 5)]);
  await store.usage.refresh();
  expect(store.usage.totals(TODAY)).toMatchObject([
    {
      day: DAY,
      models: [{ provider: 'mock', model: 'm1', calls: 2, tokens: { input: 15, output: 2 }, cost: { total: 4 } }],
    },
  ]);
  expect(store.usage.days(MAIN_ID, TODAY)).toMatchObject([
    { messages: { user: 1, assistant: 2, firstAt: NOW, lastAt: NOW + 2_000, latenciesMs: [1_500, 2_000] } },
  ]);
});

it('keeps its sums over a restart and goes on behind them', async () => {
  const folder = await stateFolder();
  const first = await openStore(folder);
  await first.sessions.upsert('agent:main:main', 'main', () => session(MAIN_ID));
  await first.transcripts.append(MAIN_ID, [said('user', NOW), answer(NOW + 1, 10)]);
  await first.usage.refresh();
  await first.transcripts.append(MAIN_ID, [answer(NOW + 700, 1)]);
  await first.close();
  const second = await openStore(folder);
  await second.usage.refresh();
  expect(second.usage.totals(TODAY)).toMatchObject([{ models: [{ calls: 2, tokens: { input: 11 } }] }]);
  expect(second.usage.days(MAIN_ID, TODAY)).toMatchObject([{ messages: { latenciesMs: [1, 700] } }]);
});

it('keeps what was spent in a session that was reset or deleted, and no longer lists it', async () => {
  const store = await openStore(await stateFolder());
  await store.sessions.upsert('agent:main:main', 'main', () => session(MAIN_ID));
  await store.transcripts.append(MAIN_ID, [answer(NOW, 10)]);
  await store.usage.refresh();
  await store.sessions.delete('agent:main:main', { archiveTranscript: true });
  await store.usage.refresh();
  expect(store.usage.totals(TODAY)).toMatchObject([{ models: [{ calls: 1 }] }]);
  expect(store.usage.transcripts({ sinceMs: 0, limit: 10 })).toEqual([]);
});

it('keeps the days apart and leaves out messages without a time', async () => {
  const store = await openStore(await stateFolder());
  await store.sessions.upsert('agent:main:main', 'main', () => session(MAIN_ID));
  const midnight = Date.UTC(2026, 1, 18);
  await store.transcripts.append(MAIN_ID, [said('user', midnight - 1), answer(midnight, 3)]);
  await store.usage.refresh();
  expect(store.usage.days(MAIN_ID, EVER).map(({ day }) => day)).toEqual([DAY, '2026-02-18']);
  expect(store.usage.totals(EVER).map(({ day }) => day)).toEqual(['2026-02-18']);
  expect(store.usage.totals({ from: '2026-02-19', to: '2026-02-20' })).toEqual([]);
});

it('counts transcripts on disk without importing them, and follows what happens to them', async () => {
  const folder = await stateFolder();
  const other = '00000000-0000-4000-8000-0000000000aa';
  await writeFixture(sessionsJson(folder), { 'agent:main:main': session(MAIN_ID) });
  await writeFixture(transcriptJsonl(folder, MAIN_ID), lines(MAIN_ID, [said('user', NOW), answer(NOW + 9, 10)]));
  await writeFixture(transcriptJsonl(folder, other), lines(other, [answer(NOW, 100)]));
  const clock = manualClock(Date.now());
  const store = await openStore(folder, { clock });
  await store.usage.refresh();
  expect(store.usage.totals(TODAY)).toMatchObject([{ models: [{ calls: 2, tokens: { input: 110 } }] }]);
  expect(store.usage.find('agent:main:main')).toMatchObject({
    sessionId: MAIN_ID,
    session: { key: 'agent:main:main' },
  });
  const orphan = store.usage.find(`agent:main:${other}`);
  expect(orphan).toMatchObject({ sessionId: other, agentId: 'main', session: undefined });
  expect(orphan && (await store.usage.fileMessages(orphan, 5))).toMatchObject([{ role: 'assistant', timestamp: NOW }]);
  expect(store.usage.find(`agent:other:${other}`)).toBeUndefined();

  // The session is used again: the log takes the file over, and nothing counts twice.
  await store.transcripts.append(MAIN_ID, [answer(NOW + 20, 1)]);
  await rm(transcriptJsonl(folder, other));
  clock.advance(30_000);
  await store.usage.refresh();
  expect(store.usage.totals(TODAY)).toMatchObject([{ models: [{ calls: 2, tokens: { input: 11 } }] }]);
  expect(store.usage.find(`agent:main:${other}`)).toBeUndefined();
});

it('reads a file again when it changed, and only then', async () => {
  const folder = await stateFolder();
  await writeFixture(sessionsJson(folder), { 'agent:main:main': session(MAIN_ID) });
  await writeFixture(transcriptJsonl(folder, MAIN_ID), lines(MAIN_ID, [answer(NOW, 10)]));
  const clock = manualClock(Date.now());
  const store = await openStore(folder, { clock });
  await store.usage.refresh();
  await writeFixture(transcriptJsonl(folder, MAIN_ID), lines(MAIN_ID, [answer(NOW, 10), answer(NOW + 1, 20)]));
  await store.usage.refresh();
  expect(store.usage.totals(TODAY)).toMatchObject([{ models: [{ calls: 1 }] }]);
  clock.advance(30_000);
  await store.usage.refresh();
  expect(store.usage.totals(TODAY)).toMatchObject([{ models: [{ calls: 2, tokens: { input: 30 } }] }]);
});

it('passes over damaged lines and things that are no transcript', async () => {
  const folder = await stateFolder();
  await writeFixture(sessionsJson(folder), {});
  await writeFixture(
    transcriptJsonl(folder, MAIN_ID),
    '{"type":"message"\nnull\n[]\n"x"\n{"type":"message","message":5}\n',
  );
  const logger = recordingLogger();
  const store = await openStore(folder, { logger, clock: manualClock(Date.now()) });
  await store.usage.refresh();
  expect(store.usage.totals(EVER)).toEqual([]);
  expect(logger.warnings).toEqual([]);
});

it('answers with what it has when a look takes long', async () => {
  const folder = await stateFolder();
  await writeFixture(sessionsJson(folder), {});
  await writeFixture(transcriptJsonl(folder, MAIN_ID), lines(MAIN_ID, [answer(NOW, 10)]));
  const clock = manualClock(Date.now());
  const store = await openStore(folder, { clock });
  const asked = store.usage.refresh(1_000);
  clock.advance(1_000);
  await asked;
  await store.usage.refresh();
  expect(store.usage.totals(TODAY)).toMatchObject([{ models: [{ calls: 1 }] }]);
});

it('counts tools, failures, and answers in twelve hours', async () => {
  const store = await openStore(await stateFolder());
  await store.sessions.upsert('agent:main:main', 'main', () => session(MAIN_ID));
  const start = Date.UTC(2026, 1, 17, 0, 0);
  const hour = 3_600_000;
  await store.transcripts.append(MAIN_ID, [
    said('user', start),
    said('assistant', start + 13 * hour),
    said('assistant', start + 13 * hour, { durationMs: 77, stopReason: 'aborted' }),
    said('assistant', start + 14 * hour, {
      stopReason: 'toolUse',
      content: [
        { type: 'toolCall', name: 'read' },
        { type: 'toolCall', name: 'read' },
        { type: 'tool_use', name: 'exec' },
      ],
    }),
    said('user', start + 14 * hour, { content: [{ type: 'tool_result', is_error: true }] }),
    said('assistant', start + 15 * hour, { usage: { input_tokens: 2, output_tokens: 3 } }),
  ]);
  await store.usage.refresh();
  expect(store.usage.days(MAIN_ID, EVER)).toMatchObject([
    {
      messages: { toolCalls: 2, toolResults: 1, errors: 2, tools: { read: 1, exec: 1 }, latenciesMs: [77, hour] },
      models: [{ provider: '', model: '', totalTokens: 5, unpriced: { calls: 1, input: 2, output: 3 } }],
    },
  ]);
});
