import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ACCOUNT, openOutboundBench } from '../testing/outbound-bench.ts';
import { exportQueue } from './export-queue.ts';

async function open() {
  const bench = await openOutboundBench();
  onTestFinished(() => bench.close());
  const to = await mkdtemp(join(tmpdir(), 'chela-queue-'));
  onTestFinished(() => rm(to, { recursive: true, force: true }));
  bench.vendor.isConnected = false;
  return { bench, to };
}

async function queueOf(stateDir: string): Promise<readonly Record<string, unknown>[]> {
  const folder = join(stateDir, 'delivery-queue');
  const entries = await Promise.all(
    (await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))),
  );
  return entries.toSorted((a, b) => a.enqueuedAt - b.enqueuedAt);
}

test('what has not left becomes files that the original sends, in their order, with its files', async () => {
  const { bench, to } = await open();
  const workspace = join(bench.stateDir, 'workspace');
  await mkdir(workspace, { recursive: true });
  await writeFile(join(workspace, 'note.txt'), 'hi');
  const mirror = { sessionKey: 'agent:main:main', agentId: 'main' };
  await bench.outbound.enqueue({
    account: ACCOUNT,
    address: { to: '4242', threadId: '5' },
    key: 'send:1',
    text: 'Hello **Ann**',
    silent: true,
    mirror,
  });
  await bench.outbound.enqueue({
    account: ACCOUNT,
    address: { to: '4242' },
    key: 'send:2',
    text: 'a file',
    mediaUrls: [join(workspace, 'note.txt')],
    replyToId: '7',
  });
  const { deliveries } = bench.store;
  const write = () => exportQueue({ deliveries, toStateDir: to, isHandedOver: false });
  expect(await write()).toEqual({ written: 2, leftOut: [] });
  expect(await write()).toEqual({ written: 2, leftOut: [] });
  const [first, second, ...others] = await queueOf(to);
  expect(others).toEqual([]);
  expect(first).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    enqueuedAt: bench.clock.now(),
    channel: 'telegram',
    to: '4242',
    accountId: 'default',
    payloads: [{ text: 'Hello Ann' }],
    threadId: '5',
    silent: true,
    mirror: { ...mirror, text: 'Hello **Ann**' },
    retryCount: 0,
  });
  expect(second).toMatchObject({
    payloads: [{ text: 'a file', mediaUrl: expect.stringContaining(join(to, 'media', 'outbound')), replyToId: '7' }],
  });
  const [copy = ''] = await readdir(join(to, 'media', 'outbound'));
  expect(await readFile(join(to, 'media', 'outbound', copy), 'utf8')).toBe('hi');
  expect((await stat(join(to, 'delivery-queue'))).mode & 0o777).toBe(0o700);
});

test('what may have arrived and what the queue has no words for stay here and are named', async () => {
  const { bench, to } = await open();
  const { rows } = await bench.store.deliveries.add([
    { ...ACCOUNT, key: 'a', partIndex: 0, to: '1', part: { kind: 'text', text: { text: 'x', plain: 'x' } } },
  ]);
  await bench.store.deliveries.start(rows[0]?.id ?? 0);
  const poll = { kind: 'poll', question: 'q', options: ['a', 'b'], maxSelections: 1 } as const;
  await bench.outbound.enqueue({ account: ACCOUNT, address: { to: '2' }, key: 'b', parts: [poll] });
  const { deliveries } = bench.store;
  expect(await exportQueue({ deliveries, toStateDir: to, isHandedOver: true })).toEqual({
    written: 0,
    leftOut: [
      { id: 1, reason: 'it may have arrived already' },
      { id: 2, reason: 'it is no text and no file' },
    ],
  });
});

test('what was handed over is not sent from here too, and comes back when this program takes the queue over', async () => {
  const { bench } = await open();
  await bench.outbound.enqueue({ account: ACCOUNT, address: { to: '4242' }, key: 'send:1', text: 'once' });
  const { deliveries } = bench.store;
  await exportQueue({ deliveries, toStateDir: bench.stateDir, isHandedOver: true });
  bench.vendor.isConnected = true;
  await bench.crash();
  await bench.outbound.recover();
  await expect.poll(() => bench.vendor.shown.length).toBe(1);
  await bench.drained();
  expect(bench.vendor.shown.map(({ text }) => text)).toEqual(['once']);
});
