import { silentLogger } from '@chela/observability';
import type { TranscriptEntry, TranscriptMessage } from '@chela/store';
import { describe, expect, test } from 'vitest';
import { projectMessages } from '../messages/project-messages.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createScriptedModels, testModel } from '../testing/scripted-models.ts';
import { compactedEntry, compactHistory } from './compact-history.ts';
import { contextTokens, entryTokens } from './history-tokens.ts';

let count = 0;
function entry(message: Pick<TranscriptMessage, 'role' | 'content'> & Record<string, unknown>): TranscriptEntry {
  count += 1;
  const id = count.toString(16).padStart(8, '0');
  const timestamp = new Date(count * 1000).toISOString();
  return { type: 'message', id, parentId: null, timestamp, message: { timestamp: count * 1000, ...message } };
}
const user = (text: string) => entry({ role: 'user', content: [{ type: 'text', text }] });
const answer = (text: string, totalTokens = 0) =>
  entry({ role: 'assistant', content: [{ type: 'text', text }], stopReason: 'stop', usage: { totalTokens } });
const call = (id: string) =>
  entry({
    role: 'assistant',
    content: [{ type: 'toolCall', id, name: 'read', arguments: { path: `${id}.txt` } }],
    stopReason: 'toolUse',
  });
const result = (id: string, text: string) =>
  entry({ role: 'toolResult', toolCallId: id, toolName: 'read', content: [{ type: 'text', text }], isError: false });

const long = (word: string) => `${word} `.repeat(400);

function compactor() {
  const models = createScriptedModels();
  const deps = { models, clock: createManualClock(), logger: silentLogger() };
  const run = (branch: readonly TranscriptEntry[], changes: object = {}) =>
    compactHistory(deps, {
      agentId: 'main',
      sessionId: 's1',
      branch,
      models: [testModel()],
      keepTokens: 500,
      reserve: 1_000,
      signal: new AbortController().signal,
      ...changes,
    });
  return { models, run };
}

/** The branch after the compaction, as the store would have it. */
function after(branch: readonly TranscriptEntry[], compaction: Awaited<ReturnType<typeof compactHistory>>) {
  if (compaction === undefined) throw new Error('nothing was compacted');
  const links = { id: 'ffffffff', parentId: null, timestamp: new Date(9_000_000).toISOString() };
  return [...branch, { ...compaction.entry, ...links }];
}

describe('compacting a history', () => {
  test('replaces the older part by what the model wrote and keeps the newest messages word by word', async () => {
    const { models, run } = compactor();
    models.script({ text: 'They spoke of apples.' });
    const branch = [user(long('apples')), answer(long('yes')), user('and pears?'), answer('pears too', 1234)];
    const compaction = await run(branch, { instructions: 'fruit', keepTokens: 100 });
    expect(compaction).toMatchObject({ byModel: true, tokensBefore: 1234 });
    expect(compaction?.entry.firstKeptEntryId).toBe(branch[2]?.id);
    const texts = projectMessages(after(branch, compaction)).map(({ content }) => JSON.stringify(content));
    expect(texts).toHaveLength(3);
    expect(texts[0]).toContain('They spoke of apples.');
    expect(texts[1]).toContain('and pears?');
    const asked = JSON.stringify(models.requests[0]);
    expect(asked).toContain('apples');
    expect(asked).toContain('fruit');
    expect(models.requests[0]?.tools).toEqual([]);
  });

  test('never parts a result from its call, and quotes the request that is being worked on', async () => {
    const { models, run } = compactor();
    models.script({ text: 'Two files were read.' });
    const branch = [user('compare the files'), call('a'), result('a', long('a')), call('b'), result('b', long('b'))];
    const compaction = await run(branch, { keepTokens: 1 });
    expect(compaction?.entry.firstKeptEntryId).toBe(branch[3]?.id);
    expect(compaction?.entry.summary).toContain('compare the files');
    expect(compaction?.entry.details).toEqual({ readFiles: ['a.txt'], modifiedFiles: [] });
    const roles = projectMessages(after(branch, compaction)).map(({ role }) => role);
    expect(roles).toEqual(['user', 'assistant', 'toolResult']);
  });

  test('gets smaller every time until there is nothing to gain', async () => {
    const { models, run } = compactor();
    models.otherwise(() => ({ text: long('a summary that is as long as all of it') }));
    let branch: readonly TranscriptEntry[] = Array.from({ length: 12 }, (_, at) => [
      user(long(`question ${at}`)),
      answer(long(`answer ${at}`)),
    ]).flat();
    let size = entryTokens(branch);
    for (let round = 0; round < 30; round += 1) {
      const compaction = await run(branch);
      if (compaction === undefined) return;
      branch = after(branch, compaction);
      const next = entryTokens(branch);
      expect(next).toBeLessThan(size);
      size = next;
    }
    throw new Error('it never came to an end');
  });

  test('without a model that answers, tells what is known in few words', async () => {
    const { models, run } = compactor();
    models.otherwise(() => ({ failure: { message: '500 down' } }));
    const branch = [
      user(`first ${long('x')}`),
      call('a'),
      result('a', long('a')),
      answer('ok'),
      user('now'),
      answer('b'),
    ];
    const compaction = await run(branch, { models: [testModel(), testModel('mock', 'm2')], keepTokens: 5 });
    expect(compaction?.byModel).toBe(false);
    expect(compaction?.entry.summary).toContain('first');
    expect(models.requests.map(({ model }) => model.ref.model)).toEqual(['m1', 'm2']);
    expect(contextTokens(after(branch, compaction))).toBeLessThan(entryTokens(branch));
  });

  test('asks piece by piece when the history is longer than the window', async () => {
    const { models, run } = compactor();
    models.otherwise((request) => ({ text: `summary ${models.requests.indexOf(request) + 1}` }));
    const branch = Array.from({ length: 60 }, (_, at) => user(long(`part${at}`)));
    const window = 6_000;
    const compaction = await run(branch, { models: [testModel('mock', 'm1', { contextWindow: window })] });
    expect(models.requests.length).toBeGreaterThan(1);
    expect(models.requests.length).toBeLessThanOrEqual(8);
    for (const { messages } of models.requests) expect(JSON.stringify(messages).length).toBeLessThan(window * 4);
    expect(compaction?.entry.summary).toContain(`summary ${models.requests.length}`);
    expect(JSON.stringify(models.requests[1])).toContain('summary 1');
  });

  test('leaves a history alone that has no older part, and one whose compaction was stopped', async () => {
    const { models, run } = compactor();
    expect(await run([user('hello')])).toBeUndefined();
    expect(models.requests).toEqual([]);
    const stopped = AbortSignal.abort();
    expect(await run([user(long('a')), answer('b'), user('c')], { signal: stopped })).toBeUndefined();
  });

  test('counts in the session and forgets what was counted of the old context', () => {
    const before = { sessionId: 's', updatedAt: 1, totalTokens: 9, inputTokens: 1, compactionCount: 1, label: 'x' };
    expect(compactedEntry(before, 5)).toEqual({ sessionId: 's', updatedAt: 5, compactionCount: 2, label: 'x' });
  });
});
