import { expect, test } from 'vitest';
import type { NewDelivery } from '../deliveries.ts';
import { manualClock, NOW, openStore, stateFolder } from '../store-fixture.ts';

const row = (key: string, partIndex = 0, extra: Partial<NewDelivery> = {}): NewDelivery => ({
  key,
  partIndex,
  channel: 'telegram',
  accountId: 'default',
  to: '4242',
  part: { kind: 'text', text: key },
  ...extra,
});
const LANE = { channel: 'telegram', accountId: 'default', to: '4242' };

test('a sending that is written twice has its rows once', async () => {
  const { deliveries } = await openStore(await stateFolder());
  const first = await deliveries.add([row('run-1', 0), row('run-1', 1)]);
  expect(first).toMatchObject({ created: true, rows: [{ partIndex: 0, state: 'pending' }, { partIndex: 1 }] });
  const again = await deliveries.add([row('run-1', 0, { part: { other: true } })]);
  expect(again).toMatchObject({ created: false, rows: [{ part: { text: 'run-1' } }, { partIndex: 1 }] });
});

test('rows of a chat and its threads come in their order, and one in doubt with a time to look holds the others', async () => {
  const { deliveries } = await openStore(await stateFolder());
  await deliveries.add([row('a'), row('a', 1)]);
  await deliveries.add([row('b', 0, { threadId: '7' })]);
  expect(await deliveries.waitingLanes(10)).toEqual([LANE]);
  const head = await deliveries.head(LANE);
  await deliveries.start(head?.id ?? 0);
  await deliveries.step(head?.id ?? 0, { to: 'ambiguous', reason: 'cut', lookAt: NOW + 1 });
  expect(await deliveries.head(LANE)).toMatchObject({ id: head?.id, state: 'ambiguous', attempts: 1 });
  await deliveries.step(head?.id ?? 0, { to: 'pending', readyAt: NOW });
  await deliveries.start(head?.id ?? 0);
  await deliveries.step(head?.id ?? 0, { to: 'ambiguous', reason: 'nobody knows' });
  expect(await deliveries.head(LANE)).toMatchObject({ key: 'a', partIndex: 1 });
  expect(await deliveries.depths()).toEqual([
    { channel: 'telegram', state: 'ambiguous', rows: 1 },
    { channel: 'telegram', state: 'pending', rows: 2 },
  ]);
});

test('delivered is the end; a dead row can be sent again', async () => {
  const { deliveries } = await openStore(await stateFolder());
  const { rows } = await deliveries.add([row('a'), row('a', 1)]);
  const [one, two] = rows.map(({ id }) => id);
  if (one === undefined || two === undefined) throw new Error('no rows');
  await expect(deliveries.step(one, { to: 'delivered', receipt: {} })).rejects.toThrow('cannot become delivered');
  await deliveries.start(one);
  await deliveries.step(one, { to: 'delivered', receipt: { messageId: '9' } });
  await expect(deliveries.step(one, { to: 'pending', readyAt: 0 })).rejects.toThrow('is delivered');
  await deliveries.step(two, { to: 'dead', reason: 'dropped' });
  expect(await deliveries.step(two, { to: 'pending', readyAt: NOW })).toMatchObject({ state: 'pending' });
  expect(await deliveries.receiptsBefore(LANE, two, 5)).toEqual([{ messageId: '9' }]);
});

test('receipts that were there before a row are those of its account, whatever came after it', async () => {
  const clock = manualClock();
  const { deliveries } = await openStore(await stateFolder(), { clock });
  const delivered = async (key: string, messageId: string, extra: Partial<NewDelivery> = {}): Promise<void> => {
    const { rows } = await deliveries.add([row(key, 0, extra)]);
    clock.advance(10);
    await finish(rows[0]?.id ?? 0, messageId);
  };
  const finish = async (id: number, messageId: string): Promise<void> => {
    await deliveries.start(id);
    await deliveries.step(id, { to: 'delivered', receipt: { messageId } });
    clock.advance(10);
  };
  await delivered('a', '1');
  await delivered('b', '2', { to: '5151' });
  await delivered('elsewhere', '3', { accountId: 'work' });
  const { rows: waiting } = await deliveries.add([row('waits')]);
  const { rows } = await deliveries.add([row('in doubt', 0, { to: '6161' })]);
  const [doubtful] = rows;
  if (doubtful === undefined) throw new Error('no row');
  clock.advance(10);
  await finish(waiting[0]?.id ?? 0, '4');
  await delivered('c', '5');
  expect(await deliveries.earlierReceipts(doubtful, 5)).toEqual([{ messageId: '1' }, { messageId: '2' }]);
  expect(await deliveries.earlierReceipts(doubtful, 1)).toEqual([{ messageId: '2' }]);
});

test('what a process was sending when it died is in doubt for the next one', async () => {
  const folder = await stateFolder();
  const before = await openStore(folder);
  const { rows } = await before.deliveries.add([row('a')]);
  await before.deliveries.start(rows[0]?.id ?? 0);
  await before.close();
  const { deliveries } = await openStore(folder);
  expect(await deliveries.takeOver('the gateway stopped')).toBe(1);
  expect(await deliveries.head(LANE)).toMatchObject({
    state: 'ambiguous',
    readyAt: NOW,
    reason: 'the gateway stopped',
  });
});

test('ended rows go after their time, and open ones never', async () => {
  const { deliveries } = await openStore(await stateFolder());
  const { rows } = await deliveries.add([row('a'), row('a', 1), row('a', 2)]);
  const [sent, dead] = rows;
  await deliveries.start(sent?.id ?? 0);
  await deliveries.step(sent?.id ?? 0, { to: 'delivered', receipt: {} });
  await deliveries.step(dead?.id ?? 0, { to: 'dead', reason: 'refused' });
  expect(await deliveries.prune({ delivered: NOW, dead: NOW }, 10)).toEqual([]);
  expect(await deliveries.prune({ delivered: NOW + 1, dead: NOW }, 10)).toHaveLength(1);
  expect((await deliveries.list({ limit: 10 })).map(({ state }) => state)).toEqual(['pending', 'dead']);
  expect(await deliveries.list({ limit: 10, states: ['dead'], channel: 'irc' })).toEqual([]);
});

test('a row that is not wanted any more goes as long as it has not left', async () => {
  const { deliveries } = await openStore(await stateFolder());
  const { rows } = await deliveries.add([
    row('a', 0, { part: { kind: 'media', media: { path: '/x/a.png' } } }),
    row('a', 1, { part: { kind: 'media', media: { path: '/x/b.png' } } }),
  ]);
  expect(await deliveries.openFiles()).toEqual(['/x/a.png', '/x/b.png']);
  const [one, two] = rows.map(({ id }) => id);
  await deliveries.start(one ?? 0);
  expect(await deliveries.withdraw(one ?? 0)).toBe(false);
  expect(await deliveries.withdraw(two ?? 0)).toBe(true);
  expect(await deliveries.withdraw(two ?? 0)).toBe(false);
  expect(await deliveries.openFiles()).toEqual(['/x/a.png']);
});
