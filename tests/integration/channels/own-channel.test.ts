import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHome, type GatewayHome, type GatewayProcess, startGateway } from '../../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../../harness/operator.ts';

/** A channel that the original does not have: an adapter in a folder of its own is all it takes. */

const ADAPTERS = resolve(import.meta.dirname, 'adapters');
const TOKEN = 'toy-secret-token';
const WAIT = { timeout: 15_000, interval: 50 };

let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;

beforeEach(async () => {
  home = await createHome();
  const auth = { mode: 'token', token: home.token };
  const toy = { token: TOKEN, dmPolicy: 'open', allowFrom: ['*'] };
  await home.writeConfig({ gateway: { mode: 'local', auth }, channels: { toy } });
  gateway = await startGateway(home, { env: { CHELA_CHANNEL_ADAPTERS: ADAPTERS } });
  operator = await connectOperator(gateway.url, home.token);
  await vi.waitFor(
    async () => expect(await accounts()).toMatchObject([{ running: true, health: { connection: 'connected' } }]),
    WAIT,
  );
});

afterEach(async () => {
  await operator.close();
  await gateway.end();
  await home.remove();
});

async function accounts(): Promise<unknown> {
  const { channelAccounts } = Object(await operator.request('channels.status', {}));
  return Object(channelAccounts).toy;
}

async function sent(): Promise<readonly unknown[]> {
  const text = await readFile(join(home.stateDir, 'toy', 'sent.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

const webhook = (id: string, text: string, token = TOKEN): Promise<Response> =>
  fetch(`${gateway.url.replace(/^ws/, 'http')}/toy/webhook`, {
    method: 'POST',
    headers: { 'x-toy-token': token, 'x-toy-delivery': id },
    body: JSON.stringify({ id, from: 'ann', text }),
  });

test('a message comes in by webhook and is answered, also when the vendor delivers it twice', async () => {
  expect((await webhook('1', '/whoami')).status).toBe(200);
  await vi.waitFor(
    async () => expect(await sent()).toMatchObject([{ to: 'ann', text: expect.stringContaining('ann') }]),
    WAIT,
  );
  expect((await webhook('1', '/whoami')).status).toBe(200);
  expect((await webhook('2', '/whoami')).status).toBe(200);
  await vi.waitFor(async () => expect(await sent()).toHaveLength(2), WAIT);
  const stranger = await webhook('3', '/whoami', 'wrong-token');
  expect([stranger.status, await stranger.text()]).toEqual([401, 'unauthorized']);
});

test('a send is made once for its key and names the message', async () => {
  const params = { to: 'toy:ann', message: 'hello', channel: 'toy', idempotencyKey: 'k1' };
  const first = await operator.request('send', params);
  expect(first).toEqual({ runId: 'k1', messageId: 'm1', channel: 'toy' });
  expect(await operator.request('send', params)).toEqual(first);
  expect(await sent()).toEqual([{ token: TOKEN, to: 'ann', text: 'hello' }]);
  await expect(operator.request('send', { ...params, to: 'no one', idempotencyKey: 'k2' })).rejects.toThrow(
    'Delivering to Toy requires target <id>',
  );
  const poll = { to: 'ann', question: 'Lunch?', options: ['Pizza', 'Sushi'], channel: 'toy', idempotencyKey: 'k3' };
  expect(await operator.request('poll', poll)).toEqual({ runId: 'k3', messageId: 'm2', channel: 'toy' });
});

test('a change of its section makes the channel anew, and the gateway stays up', async () => {
  const { hash } = Object(await operator.request('config.get'));
  const raw = '{ channels: { toy: { token: "another-token" } } }';
  await operator.request('config.patch', { raw, baseHash: String(hash) });
  await vi.waitFor(async () => expect((await webhook('9', '/whoami', 'another-token')).status).toBe(200), WAIT);
  expect((await webhook('10', '/whoami')).status).toBe(401);
  expect(gateway.output().split('listening on ws://')).toHaveLength(2);
  const { hash: next } = Object(await operator.request('config.get'));
  const bad = { raw: '{ channels: { toy: { colour: "red" } } }', baseHash: String(next) };
  await expect(operator.request('config.patch', bad)).rejects.toThrow(/invalid config/i);
});

test('a logout stops the account and takes its token out of the configuration', async () => {
  expect(await operator.request('channels.logout', { channel: 'toy' })).toEqual({
    channel: 'toy',
    accountId: 'default',
    cleared: true,
    envToken: false,
    loggedOut: true,
  });
  await vi.waitFor(async () => expect(await accounts()).toMatchObject([{ configured: false, running: false }]), WAIT);
  expect(await readFile(join(home.stateDir, 'openclaw.json'), 'utf8')).not.toContain(TOKEN);
});
