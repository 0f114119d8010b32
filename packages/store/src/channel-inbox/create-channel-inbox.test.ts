import { expect, test } from 'vitest';
import { IllegalTransitionError } from '../states.ts';
import { manualClock, openStore, stateFolder } from '../store-fixture.ts';

const CHAT = { channel: 'telegram', accountId: 'default', conversation: '["group","-100"]' };
const DAY_MS = 24 * 60 * 60 * 1000;

async function accepted(
  inbox: Awaited<ReturnType<typeof openStore>>['channelInbox'],
  messageId: string,
): Promise<number> {
  return (await inbox.accept({ ...CHAT, messageId, event: { text: `text ${messageId}` } })).id;
}

test('a message of a conversation exists once; the same id elsewhere is another message', async () => {
  const { channelInbox } = await openStore(await stateFolder());
  const first = await channelInbox.accept({ ...CHAT, messageId: '1', event: {} });
  expect(await channelInbox.accept({ ...CHAT, messageId: '1', event: {} })).toEqual({ created: false, id: first.id });
  expect((await channelInbox.accept({ ...CHAT, accountId: 'work', messageId: '1', event: {} })).created).toBe(true);
  expect((await channelInbox.accept({ ...CHAT, conversation: 'x', messageId: '1', event: {} })).created).toBe(true);
});

test('what was received or routed is found by the next process, with its plan on the last row of the batch', async () => {
  const folder = await stateFolder();
  const before = await openStore(folder);
  const ids = [await accepted(before.channelInbox, '1'), await accepted(before.channelInbox, '2')];
  await before.channelInbox.route(ids, 'run-1', { requests: [] });
  await accepted(before.channelInbox, '3');
  await before.channelInbox.end([await accepted(before.channelInbox, '4')], 'declined', 'not on the allowlist');
  expect(await before.channelInbox.unfinished()).toEqual([]);
  await before.close();
  const { channelInbox } = await openStore(folder);
  expect(
    (await channelInbox.unfinished()).map(({ messageId, state, runId, plan }) => [messageId, state, runId, plan]),
  ).toEqual([
    ['1', 'routed', 'run-1', undefined],
    ['2', 'routed', 'run-1', { requests: [] }],
    ['3', 'received', undefined, undefined],
  ]);
  expect(await channelInbox.depths()).toEqual({ received: 1, routed: 2 });
});

test('a message that was routed or has ended is not routed again, and its end stays as it was', async () => {
  const { channelInbox } = await openStore(await stateFolder());
  const id = await accepted(channelInbox, '1');
  await channelInbox.route([id], 'run-1', {});
  await expect(channelInbox.route([id], 'run-2', {})).rejects.toThrow(IllegalTransitionError);
  await channelInbox.end([id], 'handed');
  await channelInbox.end([id], 'declined', 'too late');
  expect(await channelInbox.depths()).toEqual({ received: 0, routed: 0 });
});

test('the history of a group reaches back to the last message that was answered', async () => {
  const { channelInbox } = await openStore(await stateFolder());
  for (const id of ['1', '2', '3'])
    await channelInbox.end([await accepted(channelInbox, id)], 'declined', 'unmentioned');
  await channelInbox.end([await accepted(channelInbox, 'other')], 'declined', 'not on the allowlist');
  const answered = await accepted(channelInbox, '4');
  const query = { reason: 'unmentioned', limit: 2 };
  expect(await channelInbox.skipped(CHAT, { ...query, before: answered })).toEqual([
    { text: 'text 2' },
    { text: 'text 3' },
  ]);
  await channelInbox.end([answered], 'handed');
  await channelInbox.end([await accepted(channelInbox, '5')], 'declined', 'unmentioned');
  const next = await accepted(channelInbox, '6');
  expect(await channelInbox.skipped(CHAT, { ...query, before: next })).toEqual([{ text: 'text 5' }]);
});

test('what a message said is forgotten after three days, that it was there after thirty', async () => {
  const clock = manualClock();
  const { channelInbox } = await openStore(await stateFolder(), { clock });
  const open = await accepted(channelInbox, 'open');
  await channelInbox.end([await accepted(channelInbox, '1')], 'declined', 'unmentioned');
  clock.advance(4 * DAY_MS);
  expect(await channelInbox.prune()).toBe(1);
  expect(await channelInbox.skipped(CHAT, { reason: 'unmentioned', limit: 5, before: open + 10 })).toEqual([]);
  expect((await channelInbox.accept({ ...CHAT, messageId: '1', event: {} })).created).toBe(false);
  clock.advance(30 * DAY_MS);
  expect(await channelInbox.prune()).toBe(1);
  expect((await channelInbox.accept({ ...CHAT, messageId: '1', event: {} })).created).toBe(true);
  expect(await channelInbox.depths()).toEqual({ received: 2, routed: 0 });
});
