import { expect, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import { openConnectionBench } from './testing/connection-bench.ts';

const SECTION = { toy: { token: 'secret-token-1' } };
const one = { channels: SECTION };
const two = { channels: { toy: { accounts: { ann: { token: 'token-of-ann' }, bob: { token: 'token-of-bob' } } } } };

test('a configured account is opened, and its token is known to the redaction', async () => {
  const bench = openConnectionBench({ config: one });
  await bench.start();
  expect(bench.state()).toBe('connected');
  expect(bench.connections.get({ channel: 'toy', accountId: 'default' })?.self.username).toBe('toy_bot');
  expect(bench.secrets.redact('x secret-token-1 y')).not.toContain('secret-token-1');
  expect(bench.view()?.shown).toEqual({ tokenSource: 'config', mode: 'polling' });
});

test.each([
  ['switched off', { channels: { toy: { token: 't', enabled: false } } }, 'disabled', 'disabled'],
  ['switched off as a plugin', { ...one, plugins: { entries: { toy: { enabled: false } } } }, undefined, undefined],
  ['all plugins switched off', { ...one, plugins: { enabled: false } }, undefined, undefined],
  ['without a token', { channels: { toy: {} } }, 'unconfigured', 'not configured'],
])('an account that is %s stays off', async (_, config, state, reason) => {
  const bench = openConnectionBench({ config });
  await bench.start();
  expect(bench.opened).toEqual([]);
  expect(bench.state()).toBe(state);
  expect(bench.view()?.lastError).toBe(reason);
});

test('OPENCLAW_SKIP_CHANNELS opens nothing, also not after a change', async () => {
  const bench = openConnectionBench({ config: one, env: { OPENCLAW_SKIP_CHANNELS: '1' } });
  await bench.start();
  await bench.change({ channels: { toy: { token: 'another' } } });
  expect(bench.opened).toEqual([]);
  expect(bench.state()).toBe('idle');
});

test('a lost connection is made anew after a second, then after growing pauses', async () => {
  const bench = openConnectionBench({ config: one });
  await bench.start();
  bench.opened[0]?.end({ kind: 'lost', error: new Error('socket hang up') });
  await bench.clock.advance(0);
  expect(bench.state()).toBe('waiting');
  expect(bench.view()).toMatchObject({
    lastError: 'socket hang up',
    lastDisconnect: { error: 'socket hang up' },
    failures: 1,
  });
  expect(bench.opened[0]?.isClosed).toBe(true);
  await bench.clock.advance(1_000);
  expect(bench.state()).toBe('connected');
  expect(bench.view()?.lastError).toBeUndefined();
  bench.connects.push(
    () => Promise.reject(new Error('refused')),
    () => Promise.reject(new ChannelError('busy', 'slow down')),
  );
  bench.opened[1]?.end({ kind: 'closed' });
  await bench.clock.advance(5_000);
  expect(bench.opened).toHaveLength(2);
  await bench.clock.advance(10_000 + 20_000);
  expect(bench.opened).toHaveLength(3);
});

test('a revoked credential stops the account, once and for all, and the operator is told', async () => {
  const bench = openConnectionBench({ config: one });
  await bench.start();
  bench.opened[0]?.end({ kind: 'revoked', reason: '401 Unauthorized' });
  await bench.clock.advance(3_600_000);
  expect(bench.opened).toHaveLength(1);
  expect(bench.view()?.state).toMatchObject({ kind: 'terminal', why: 'revoked' });
  expect(bench.view()?.lastDisconnect?.loggedOut).toBe(true);
  expect(bench.alarms).toEqual([{ channel: 'toy', accountId: 'default', why: 'revoked', reason: '401 Unauthorized' }]);
});

test('a credential that is refused in the middle of work stops the account', async () => {
  const bench = openConnectionBench({ config: one });
  await bench.start();
  bench.connections.revoked({ channel: 'toy', accountId: 'default' }, 'refused while sending');
  await bench.clock.advance(0);
  expect(bench.state()).toBe('terminal');
  expect(bench.opened[0]?.isClosed).toBe(true);
});

test('a missing optional package is said plainly and not tried again', async () => {
  const bench = openConnectionBench({ config: one });
  bench.connects.push(() =>
    Promise.reject(Object.assign(new Error("Cannot find package 'zca'"), { code: 'ERR_MODULE_NOT_FOUND' })),
  );
  await bench.start();
  expect(bench.view()?.state).toMatchObject({ kind: 'terminal', why: 'misconfigured' });
  expect(bench.view()?.lastError).toContain('not installed');
});

test('a half-open connection is noticed by its silence', async () => {
  const bench = openConnectionBench({ config: one });
  bench.channel.extra = { silenceMs: 90_000 };
  await bench.start();
  await bench.clock.advance(60_000);
  bench.opened[0]?.port.alive();
  await bench.clock.advance(89_999);
  expect(bench.state()).toBe('connected');
  await bench.clock.advance(1);
  expect(bench.view()?.lastError).toBe('no sign of life for 90 s');
  await bench.clock.advance(1_000);
  expect(bench.opened).toHaveLength(2);
});

test('a connect that hangs is given up after a minute, and closed should it still come', async () => {
  const bench = openConnectionBench({ config: one });
  let open: () => void = () => {};
  bench.connects.push(() => new Promise((resolve) => (open = resolve)));
  await bench.start();
  await bench.clock.advance(60_000);
  expect(bench.view()?.lastError).toBe('not connected within 60 s');
  await bench.clock.advance(15_000);
  expect(bench.state()).toBe('connected');
  open();
  await bench.clock.advance(0);
  const [second, late] = bench.opened;
  expect(second?.isClosed).toBe(false);
  expect(late?.port.signal.aborted).toBe(true);
  expect(late?.isClosed).toBe(true);
});

test('a close that hangs is left behind after its deadline; what the old connection says later is no news', async () => {
  const bench = openConnectionBench({ config: one });
  await bench.start();
  bench.channel.closing = () => new Promise(() => {});
  bench.connections.restartAccount({ channel: 'toy', accountId: 'default' });
  await bench.clock.advance(14_999);
  expect(bench.opened).toHaveLength(1);
  expect(bench.opened[0]?.port.signal.aborted).toBe(true);
  await bench.clock.advance(1);
  expect(bench.state()).toBe('connected');
  bench.opened[0]?.end({ kind: 'revoked', reason: 'late' });
  bench.opened[0]?.port.connected(false);
  await bench.clock.advance(0);
  expect(bench.view()).toMatchObject({ state: { kind: 'connected' }, isTransportUp: true });
});

test('a neighbour that flaps changes nothing for the others', async () => {
  const bench = openConnectionBench({ config: two });
  await bench.start();
  for (let turn = 0; turn < 20; turn += 1) {
    bench.opened.findLast(({ accountId }) => accountId === 'bob')?.end({ kind: 'lost', error: new Error('reset') });
    await bench.clock.advance(300_000);
  }
  expect(bench.opened.filter(({ accountId }) => accountId === 'bob').length).toBeGreaterThan(10);
  expect(bench.opened.filter(({ accountId }) => accountId === 'ann')).toHaveLength(1);
  expect(bench.state('ann')).toBe('connected');
});

test('a change restarts the account it concerns and no other', async () => {
  const bench = openConnectionBench({ config: two });
  await bench.start();
  const { ann } = two.channels.toy.accounts;
  await bench.change({ channels: { toy: { accounts: { ann, bob: { token: 'new-token-of-bob' } } } } });
  expect(bench.opened.map(({ accountId, isClosed }) => [accountId, isClosed])).toEqual([
    ['ann', false],
    ['bob', true],
    ['bob', false],
  ]);
  expect(bench.opened[2]?.settings.token).toBe('new-token-of-bob');
  await bench.change({
    channels: { toy: { accounts: { ann, bob: { token: 'new-token-of-bob' } } } },
    messages: { responsePrefix: 'x' },
  });
  expect(bench.opened).toHaveLength(3);
});

test('a channel that is added is opened, one that is removed is closed', async () => {
  const bench = openConnectionBench({ config: {} });
  await bench.start();
  expect(bench.connections.views()).toEqual([]);
  await bench.change(one);
  expect(bench.state()).toBe('connected');
  await bench.change({});
  expect(bench.opened[0]?.isClosed).toBe(true);
  expect(bench.connections.views()).toEqual([]);
});

test('two accounts with one credential: the second is refused until the first lets go', async () => {
  const accounts = { ann: { token: 'the-same-token' }, bob: { token: 'the-same-token' } };
  const bench = openConnectionBench({ config: { channels: { toy: { accounts } } } });
  await bench.start();
  expect(bench.view('bob')?.state).toMatchObject({ kind: 'terminal', why: 'misconfigured' });
  expect(bench.view('bob')?.lastError).toContain('"toy/ann"');
  expect(JSON.stringify(bench.connections.views())).not.toContain('the-same-token');
  await bench.change({ channels: { toy: { accounts: { bob: accounts.bob } } } });
  expect(bench.state('bob')).toBe('connected');
});

test('the end closes everything at once and opens nothing more', async () => {
  const bench = openConnectionBench({ config: two });
  await bench.start();
  await bench.connections.close();
  expect(bench.opened.every(({ isClosed }) => isClosed)).toBe(true);
  await bench.change(one);
  expect(bench.opened).toHaveLength(2);
});
