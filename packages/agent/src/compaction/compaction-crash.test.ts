import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dyingStore } from '../testing/dying-store.ts';
import { createHarness, type Harness, testRequest } from '../testing/harness.ts';
import { until } from '../testing/manual-clock.ts';

/** Two processes a crash point, about twenty points. */
const CRASH_TEST_MAX_MS = 60_000;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chela-compaction-crash-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The provider only takes requests that stand behind the summary. */
function prepare({ models }: Harness): void {
  models.otherwise(({ tools, systemPrompt, messages }) => {
    if (tools.length === 0 && systemPrompt.includes('summar')) return { text: 'THE SUMMARY' };
    if (JSON.stringify(messages).includes('THE SUMMARY')) return { text: 'After.' };
    return { failure: { message: '400 prompt is too long', reason: 'context_overflow' } };
  });
}

/** Runs a turn that overflows, with a store that dies at its n-th call; then the next process. */
async function crashAt(dieAt: number, moment: 'before' | 'after') {
  const earlier = await createHarness({ dir });
  await earlier.run({ runId: 'earlier', text: 'hello' });
  await earlier.dispose();
  let dying: ReturnType<typeof dyingStore> | undefined;
  const first = await createHarness({
    dir,
    wrapStore: (store) => {
      dying = dyingStore(store, dieAt, moment);
      return dying.store;
    },
  });
  prepare(first);
  let done = false;
  const submitted = first.runtime.submit(testRequest()).then(async (result) => {
    if (result.status === 'started') await result.outcome;
    done = true;
  });
  await until(() => done || dying?.isDead() === true);
  if (done) {
    await submitted;
    await first.dispose();
    return undefined;
  }
  await first.store.close();
  const second = await createHarness({ dir });
  prepare(second);
  await second.runtime.recover();
  await until(() => second.runtime.active().length === 0);
  const kept = await second.store.ledger.find('chat.send', 'run-1');
  const response = kept === undefined ? await second.run() : kept.response;
  const entry = (await second.store.sessions.get('agent:main:main'))?.entry;
  const branch = await second.store.transcripts.branch(entry?.sessionId ?? '');
  await second.dispose();
  return { response, entry, compactions: branch.filter(({ type }) => type === 'compaction').length };
}

test.each(['before', 'after'] as const)(
  'a crash %s any step leaves one summary, counted once, and the answer',
  async (moment) => {
    let points = 0;
    for (let dieAt = 1; ; dieAt += 1) {
      const result = await crashAt(dieAt, moment);
      await rm(dir, { recursive: true, force: true });
      if (result === undefined) break;
      points += 1;
      const where = `${moment} call ${dieAt}`;
      expect(result.response, where).toMatchObject({ kind: 'answered', payloads: [{ text: 'After.' }] });
      expect([result.compactions, result.entry?.compactionCount], where).toEqual([1, 1]);
    }
    expect(points).toBeGreaterThan(6);
  },
  CRASH_TEST_MAX_MS,
);
