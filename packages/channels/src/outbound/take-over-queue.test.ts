import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openOutboundBench } from '../testing/outbound-bench.ts';

/** As the original writes it (reference channels/golden/telegram/tg-084). */
const ENTRY = {
  id: '5b6d0000-0000-4000-8000-000000000001',
  enqueuedAt: 2,
  channel: 'telegram',
  to: 'telegram:909090901',
  payloads: [{ text: 'queued **first**' }, { text: 'and second', replyToId: '7' }],
  threadId: 99,
  silent: true,
  mirror: { sessionKey: 'agent:main:main', agentId: 'main', text: 'queued' },
  retryCount: 1,
  lastError: 'Telegram send failed',
};

async function queue(stateDir: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = join(stateDir, 'delivery-queue');
  await mkdir(join(folder, 'failed'), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

test('what the original left in its queue goes out once, oldest first, and its files are put aside', async () => {
  const bench = await openOutboundBench();
  onTestFinished(() => bench.close());
  const older = { ...ENTRY, id: 'older', enqueuedAt: 1, payloads: [{ text: 'older' }] };
  const folder = await queue(bench.stateDir, { 'b.json': ENTRY, 'a.json': older, 'torn.json': '{"channel":"tel' });
  await bench.outbound.recover();
  await expect.poll(() => readdir(folder)).toEqual(['failed', 'taken-over', 'torn.json']);
  await bench.drained();
  expect(bench.vendor.shown.map(({ to, text }) => [to, text])).toEqual([
    ['909090901', 'older'],
    ['909090901', 'queued <b>first</b>'],
    ['909090901', 'and second'],
  ]);
  expect(bench.vendor.calls).toMatchObject([
    {},
    { part: { silent: true } },
    { part: { silent: true, replyToId: '7' } },
  ]);
  expect(JSON.parse(await readFile(join(folder, 'taken-over', 'b.json'), 'utf8'))).toEqual(ENTRY);
});

test('a crash between the rows and the file repeats nothing', async () => {
  const bench = await openOutboundBench();
  onTestFinished(() => bench.close());
  const folder = await queue(bench.stateDir, { 'b.json': ENTRY });
  await bench.outbound.recover();
  await expect.poll(() => readdir(folder)).toEqual(['failed', 'taken-over']);
  await bench.drained();
  await queue(bench.stateDir, { 'b.json': ENTRY });
  await bench.crash();
  await bench.outbound.recover();
  await expect.poll(() => readdir(folder)).toEqual(['failed', 'taken-over']);
  await bench.drained();
  expect(bench.vendor.shown).toHaveLength(2);
});
