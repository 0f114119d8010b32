import { expect, test } from 'vitest';
import { manualClock, NOW, openStore, stateFolder } from '../store-fixture.ts';

const row = (id: string, dueAt = NOW) => ({ id, jobId: 'job', dueAt, job: { id: 'job' } });

test('a due time is claimed once', async () => {
  const { occurrences } = await openStore(await stateFolder());
  expect(await occurrences.plan(row('a'))).toBe(true);
  expect(await occurrences.plan(row('b'))).toBe(false);
  expect(await occurrences.plan(row('c', NOW + 1))).toBe(true);
});

test('an occurrence has one end', async () => {
  const { occurrences } = await openStore(await stateFolder());
  await occurrences.plan(row('a'));
  expect(await occurrences.start('a')).toMatchObject({ state: 'running', startedAt: NOW });
  await occurrences.ran('a', { status: 'ok' });
  await expect(occurrences.start('a')).rejects.toThrow('occurrence a is ran and cannot become running');
  await occurrences.startDelivery('a');
  await occurrences.finish('a', { status: 'ok' });
  await expect(occurrences.finish('a', { status: 'error' })).rejects.toThrow('cannot become finished');
});

test('a new process finds what the last one left, with its result and its first start, and takes it over', async () => {
  const folder = await stateFolder();
  const clock = manualClock();
  const first = await openStore(folder, { clock });
  for (const [id, dueAt] of [
    ['planned', NOW],
    ['running', NOW + 1],
    ['ran', NOW + 2],
    ['done', NOW + 3],
  ] as const) {
    await first.occurrences.plan(row(id, dueAt));
    if (id !== 'planned') await first.occurrences.start(id);
  }
  await first.occurrences.ran('ran', { status: 'ok' });
  await first.occurrences.finish('done', { status: 'ok' });
  expect(await first.occurrences.unfinished(10)).toEqual([]);
  await first.close();
  clock.advance(1_000);
  const second = await openStore(folder, { clock });
  expect(await second.occurrences.unfinished(10)).toMatchObject([
    { id: 'planned', state: 'planned' },
    { id: 'running', state: 'running', startedAt: NOW },
    { id: 'ran', state: 'ran', result: { status: 'ok' } },
  ]);
  expect(await second.occurrences.start('running')).toMatchObject({ startedAt: NOW });
  expect((await second.occurrences.unfinished(10)).map(({ id }) => id)).toEqual(['planned', 'ran']);
});
