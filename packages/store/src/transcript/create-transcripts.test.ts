import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { assistantMessage, openStore, stateFolder, userMessage } from '../store-fixture.ts';
import type { TranscriptEntry } from '../transcript.ts';
import { walkBranch } from './branch.ts';
import { createEntryTable } from './entry-table.ts';
import { createLogTable } from './log-table.ts';

describe('appending', () => {
  test('links each entry behind the one before it, with ids of eight hex digits', async () => {
    const { transcripts } = await openStore(await stateFolder());
    const first = await transcripts.append('s1', [
      { type: 'model_change', provider: 'mock', modelId: 'm1' },
      { type: 'thinking_level_change', thinkingLevel: 'off' },
      { type: 'custom', customType: 'model-snapshot', data: { modelId: 'm1' } },
    ]);
    const [next] = await transcripts.append('s1', [userMessage('hi')]);
    const all = [...first, ...(next === undefined ? [] : [next])];
    expect(all.map(({ parentId }) => parentId)).toEqual([null, ...all.slice(0, -1).map(({ id }) => id)]);
    for (const { id } of all) expect(id).toMatch(/^[0-9a-f]{8}$/);
    expect(await transcripts.branch('s1')).toEqual(all);
  });

  test('writes members in the order the original has them', async () => {
    const { transcripts } = await openStore(await stateFolder());
    const [change, custom] = await transcripts.append('s1', [
      { type: 'model_change', provider: 'mock', modelId: 'm1' },
      { type: 'custom', customType: 'model-snapshot', data: {} },
    ]);
    expect(Object.keys(change ?? {})).toEqual(['type', 'id', 'parentId', 'timestamp', 'provider', 'modelId']);
    expect(Object.keys(custom ?? {})).toEqual(['type', 'customType', 'data', 'id', 'parentId', 'timestamp']);
  });
});

describe('reading', () => {
  test('a session without a transcript is empty and stays without one', async () => {
    const { transcripts } = await openStore(await stateFolder());
    expect(await transcripts.branch('none')).toEqual([]);
    expect(await transcripts.tail('none', 5)).toEqual([]);
    expect(await transcripts.edges('none')).toEqual({});
    expect(await transcripts.truncate('none', 5)).toBeUndefined();
  });

  test('the tail has messages only, oldest first', async () => {
    const { transcripts } = await openStore(await stateFolder());
    await transcripts.append('s1', [
      userMessage('one'),
      assistantMessage('two'),
      { type: 'custom', customType: 'note', data: null },
      userMessage('three'),
    ]);
    const texts = (await transcripts.tail('s1', 2)).map((entry) => entry.type === 'message' && entry.message.content);
    expect(texts).toEqual([[{ type: 'text', text: 'two' }], [{ type: 'text', text: 'three' }]]);
  });

  test('edges are the first user text and the last text of either side', async () => {
    const { transcripts } = await openStore(await stateFolder());
    await transcripts.append('s1', [
      { type: 'model_change', provider: 'mock', modelId: 'm1' },
      userMessage('What is the capital of France?'),
      assistantMessage('Paris.'),
      { type: 'message', message: { role: 'toolResult', content: [{ type: 'text', text: 'noise' }], timestamp: 1 } },
      { type: 'message', message: { role: 'assistant', content: [], timestamp: 1 } },
    ]);
    expect(await transcripts.edges('s1')).toEqual({
      firstUser: 'What is the capital of France?',
      lastMessage: 'Paris.',
    });
  });
});

describe('forking', () => {
  test('copies the active branch with its ids; what follows belongs to one of the two', async () => {
    const { transcripts } = await openStore(await stateFolder());
    await transcripts.append('s1', [userMessage('1'), assistantMessage('2')]);
    expect(await transcripts.fork('s2', { sessionId: 's1' })).toBe(true);
    expect(await transcripts.branch('s2')).toEqual(await transcripts.branch('s1'));
    await transcripts.append('s2', [userMessage('3')]);
    await transcripts.append('s1', [userMessage('4')]);
    expect((await transcripts.branch('s1')).length).toBe(3);
    expect((await transcripts.branch('s2')).length).toBe(3);
  });

  test('leaves a session alone that has a log, and copies nothing from one that has none', async () => {
    const { transcripts } = await openStore(await stateFolder());
    await transcripts.append('s1', [userMessage('1')]);
    await transcripts.append('s2', [userMessage('2')]);
    expect(await transcripts.fork('s2', { sessionId: 's1' })).toBe(false);
    expect((await transcripts.branch('s2')).length).toBe(1);
    expect(await transcripts.fork('s3', { sessionId: 'nobody' })).toBe(false);
  });
});

describe('truncating', () => {
  test('keeps the newest entries and counts the header as a line while there is one', async () => {
    const { transcripts } = await openStore(await stateFolder());
    await transcripts.append('s1', [userMessage('1'), assistantMessage('2'), userMessage('3'), assistantMessage('4')]);
    expect(await transcripts.truncate('s1', 5)).toEqual({ kept: 5, removed: 0 });
    expect(await transcripts.truncate('s1', 2)).toEqual({ kept: 2, removed: 3 });
    expect((await transcripts.branch('s1')).length).toBe(2);
    expect(await transcripts.truncate('s1', 400)).toEqual({ kept: 2, removed: 0 });
    const [next] = await transcripts.append('s1', [userMessage('5')]);
    expect((await transcripts.branch('s1')).at(-1)).toEqual(next);
    expect(await transcripts.archives('s1')).toEqual([]);
  });
});

/** A tree as a list: each entry names an earlier one (or none) as its parent; the last is the leaf. */
const trees = fc
  .array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 700 })
  .map((shares) =>
    shares.map((share, index) => {
      // Mostly straight on, now and then from an older entry or a new root.
      const parent = share < 0.8 ? index - 1 : Math.floor(share * index) - 1;
      return { id: id(index), parentId: parent < 0 ? null : id(parent) };
    }),
  );

function id(index: number): string {
  return index.toString(16).padStart(8, '0');
}

function expectedBranch(tree: readonly { id: string; parentId: string | null }[]): readonly string[] {
  const parents = new Map(tree.map((entry) => [entry.id, entry.parentId]));
  const branch: string[] = [];
  for (let at = tree.at(-1)?.id; at !== undefined && at !== null; at = parents.get(at) ?? undefined) branch.push(at);
  return branch.reverse();
}

test('the branch of any tree is the chain from its leaf to its root, and every limit gives the end of it', async () => {
  const database = openDatabase(':memory:');
  await migrate(database, MIGRATIONS, () => 0);
  const logs = createLogTable(database, () => 0);
  const entries = createEntryTable(database, { now: () => 0, changed: () => {} });
  await fc.assert(
    fc.asyncProperty(trees, fc.integer({ min: 1, max: 800 }), async (tree, limit) => {
      const log = logs.create(`${Math.random()}`);
      database.transaction(() => {
        for (const { id, parentId } of tree) {
          const stored = { id, parentId, type: 'session_info', timestamp: '2026-02-17T10:00:00.000Z' };
          entries.adopt(log.id, { ...stored, role: undefined }, JSON.stringify(stored));
        }
      });
      const ids = (branch: readonly TranscriptEntry[]): readonly string[] => branch.map((entry) => entry.id).reverse();
      const expected = expectedBranch(tree);
      expect(ids(await walkBranch(entries, log.id, Number.MAX_SAFE_INTEGER, () => true))).toEqual(expected);
      expect(ids(await walkBranch(entries, log.id, limit, () => true))).toEqual(expected.slice(-limit));
    }),
    { numRuns: 60 },
  );
  database.close();
});
