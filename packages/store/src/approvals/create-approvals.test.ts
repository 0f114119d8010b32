import { expect, test } from 'vitest';
import { openStore, stateFolder } from '../store-fixture.ts';

const row = (id: string, extra: object = {}) => ({
  id,
  request: { command: 'ls' },
  requestedBy: { connId: 'c1' },
  createdAt: 10,
  expiresAt: 20,
  ...extra,
});

test('a word counts once, and its use counts once', async () => {
  const { approvals } = await openStore(await stateFolder());
  expect(await approvals.open(row('a'), 0)).toBe(true);
  expect(await approvals.use('a')).toBe(false);
  expect(await approvals.decide('a', { decision: 'allow-once', resolvedBy: 'Ann' })).toBe(true);
  expect(await approvals.decide('a', { decision: 'deny', resolvedBy: 'Bob' })).toBe(false);
  expect(await approvals.expire('a')).toBe(false);
  expect(await approvals.find('a')).toMatchObject({ state: 'decided', decision: 'allow-once', resolvedBy: 'Ann' });
  expect(await approvals.use('a')).toBe(true);
  expect(await approvals.use('a')).toBe(false);
});

test('an id is held while it is pending and for a while after it ended', async () => {
  const { approvals } = await openStore(await stateFolder());
  await approvals.open(row('a'), 0);
  expect(await approvals.open(row('a'), Number.MAX_SAFE_INTEGER)).toBe(false);
  await approvals.expire('a');
  expect(await approvals.open(row('a'), 0)).toBe(false);
  expect(await approvals.open(row('a'), Number.MAX_SAFE_INTEGER)).toBe(true);
});

test('a new process finds what is pending and what was decided but not acted on', async () => {
  const folder = await stateFolder();
  const first = await openStore(folder);
  await first.approvals.open(row('waits'), 0);
  await first.approvals.open(row('decided', { continuation: { workdir: '/w' } }), 0);
  await first.approvals.open(row('done', { continuation: {} }), 0);
  await first.approvals.open(row('answered'), 0);
  for (const id of ['decided', 'done', 'answered'])
    await first.approvals.decide(id, { decision: 'deny', resolvedBy: undefined });
  await first.approvals.use('done');
  await first.close();
  const { approvals } = await openStore(folder);
  const left = await approvals.unfinished(10);
  expect(left.map(({ id }) => id).sort()).toEqual(['decided', 'waits']);
  expect(left.find(({ id }) => id === 'decided')).toMatchObject({ decision: 'deny', continuation: { workdir: '/w' } });
  expect(await approvals.countPending()).toBe(1);
});
