import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createManualClock } from '../testing/manual-clock.ts';
import { createPairingStore } from './create-pairing-store.ts';
import { pairingNotice } from './pairing-notice.ts';

const NOW = Date.UTC(2026, 1, 17, 10);
const HOUR_MS = 3_600_000;

async function bench() {
  const state = await mkdtemp(join(tmpdir(), 'chela-pairing-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const folder = join(state, 'credentials');
  const clock = createManualClock(NOW);
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
  return { folder, clock, read, store: createPairingStore({ folder, clock }) };
}
const ask = (id: string, channel = 'telegram', accountId = 'default') => ({
  channel,
  accountId,
  id,
  meta: { name: 'Stan' },
});

test('a request is written as the original writes it', async () => {
  const { store, read, folder } = await bench();
  const asked = await store.request(ask('882927'));
  expect(asked?.code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
  const at = new Date(NOW).toISOString();
  expect(await read('telegram-pairing.json')).toEqual({
    version: 1,
    requests: [
      { id: '882927', code: asked?.code, createdAt: at, lastSeenAt: at, meta: { name: 'Stan', accountId: 'default' } },
    ],
  });
  expect((await stat(join(folder, 'telegram-pairing.json'))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['telegram-pairing.json']);
});

test('asking again keeps the code and is no new request; after an hour it is one', async () => {
  const { store, clock } = await bench();
  const first = await store.request(ask('1'));
  await clock.advance(HOUR_MS);
  expect(await store.request(ask('1'))).toEqual({ code: first?.code, created: false });
  await clock.advance(1);
  expect(await store.request(ask('1'))).toMatchObject({ created: true });
});

test('three may wait, all accounts together, the fourth hears nothing', async () => {
  const { store } = await bench();
  await Promise.all(['1', '2', '3'].map((id) => store.request(ask(id, 'telegram', `account-${id}`))));
  expect(await store.request(ask('4'))).toBeUndefined();
  expect(await store.list('telegram')).toHaveLength(3);
  expect(await store.list('telegram', 'account-2')).toMatchObject([{ id: '2' }]);
  expect(await store.request(ask('4', 'irc'))).toMatchObject({ created: true });
});

test('who is approved may write to that account, and what others wrote into the files counts', async () => {
  const { store, read, folder } = await bench();
  const asked = await store.request(ask('1', 'telegram', 'work'));
  expect(await store.approve({ channel: 'telegram', code: 'NOCODE22' })).toBeUndefined();
  expect(await store.approve({ channel: 'telegram', code: ` ${asked?.code.toLowerCase()} ` })).toMatchObject({
    id: '1',
  });
  expect(await read('telegram-work-allowFrom.json')).toEqual({ version: 1, allowFrom: ['1'] });
  expect(await store.list('telegram')).toEqual([]);
  await writeFile(join(folder, 'telegram-allowFrom.json'), JSON.stringify({ version: 1, allowFrom: ['77'] }));
  expect(await store.allowed('telegram', 'work')).toEqual(['1', '77']);
  expect(await store.allowed('telegram', 'default')).toEqual(['77']);
  expect(await store.setAllowed({ channel: 'telegram', id: '77', isAllowed: false })).toBe(true);
  expect(await store.setAllowed({ channel: 'telegram', id: '77', isAllowed: false })).toBe(false);
  expect(await store.allowed('telegram', 'default')).toEqual([]);
});

test('who is rejected is forgotten and may not write', async () => {
  const { store } = await bench();
  const asked = await store.request(ask('1'));
  expect(await store.reject({ channel: 'telegram', code: asked?.code ?? '' })).toMatchObject({ id: '1' });
  expect([await store.list('telegram'), await store.allowed('telegram', 'default')]).toEqual([[], []]);
});

test('a lock that a dead process left does not keep anybody out for ever', async () => {
  const { store, folder } = await bench();
  await mkdir(folder, { recursive: true });
  const lock = join(folder, 'telegram-pairing.json.lock');
  await writeFile(lock, '');
  const old = new Date(Date.now() - 60_000);
  await utimes(lock, old, old);
  expect(await store.request(ask('1'))).toMatchObject({ created: true });
});

test('names cannot lead out of the folder', async () => {
  const { store, folder } = await bench();
  await store.request(ask('1', '../../etc/x'));
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^[^/\\]+-pairing\.json$/)]);
});

test('the notice names the profile of the gateway', () => {
  const facts = { channel: 'irc', idLabel: 'Your IRC id', id: 'bob!~bob@host', code: 'ABCDEFGH' };
  expect(
    pairingNotice({ ...facts, profile: 'work' })
      .split('\n')
      .at(-1),
  ).toBe('openclaw --profile work pairing approve irc ABCDEFGH');
});
