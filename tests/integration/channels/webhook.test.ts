import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createProviderMock } from '@chela/parity';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../../harness/gateway-process.ts';
import { connectOperator } from '../../harness/operator.ts';

/** The verified ingress of webhooks, from a vendor's signed request to the answer, in a started gateway. */

const ADAPTERS = resolve(import.meta.dirname, 'adapters');
const KEY = 'signing-key-of-the-toy';
const WAIT = { timeout: 15_000, interval: 50 };
/** A vendor that waits longer sends it again. */
const QUICK_MS = 2_000;
const MINUTE_MS = 60_000;
/** Of one sender of bad requests in a minute. */
const GUESSES = 30;

const provider = createProviderMock();
let home: GatewayHome;
let gateway: GatewayProcess;

const start = async (): Promise<void> => {
  gateway = await startGateway(home, { env: { CHELA_CHANNEL_ADAPTERS: ADAPTERS } });
  const operator = await connectOperator(gateway.url, home.token);
  try {
    await vi.waitFor(async () => {
      const { channelAccounts } = Object(await operator.request('channels.status', {}));
      expect(Object(channelAccounts).toy).toMatchObject([{ health: { connection: 'connected' } }]);
    }, WAIT);
  } finally {
    await operator.close();
  }
};

beforeEach(async () => {
  home = await createHome();
  const toy = { token: 'toy-token', signingKey: KEY, dmPolicy: 'open', allowFrom: ['*'] };
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${await provider.start()}`, { channels: { toy } }));
  provider.script([{ text: 'Answered.', repeat: 'always' }]);
  await start();
});

afterEach(async () => {
  await gateway.end();
  await provider.stop();
  await home.remove();
});

interface Delivery {
  readonly id: string;
  readonly body?: string;
  readonly at?: number;
  readonly key?: string;
  /** What is sent in place of what was signed. */
  readonly forged?: string;
}

async function post({ id, at = Date.now(), key = KEY, forged, ...rest }: Delivery): Promise<number> {
  const body = rest.body ?? JSON.stringify({ id, from: 'ann', text: `message ${id}` });
  const signature = createHmac('sha256', key).update(`${at}.${body}`).digest('hex');
  const response = await fetch(`${gateway.httpUrl}/toy/webhook`, {
    method: 'POST',
    headers: { 'x-toy-delivery': id, 'x-toy-at': String(at), 'x-toy-signature': signature },
    body: forged ?? body,
  });
  await response.text();
  return response.status;
}

async function sent(): Promise<readonly unknown[]> {
  const text = await readFile(join(home.stateDir, 'toy', 'sent.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).text]));
}

test('a signed request is taken and answered; one that was changed, signed by others or is old is not', async () => {
  const at = Date.now();
  expect(await post({ id: '1', at })).toBe(200);
  await vi.waitFor(async () => expect(await sent()).toEqual(['Answered.']), WAIT);
  expect(await post({ id: '2', forged: '{"id":"2","from":"eve","text":"let me in"}' })).toBe(401);
  expect(await post({ id: '3', key: 'guessed' })).toBe(401);
  expect(await post({ id: '4', at: at - 6 * MINUTE_MS })).toBe(401);
  expect(await post({ id: '5', at: at + 6 * MINUTE_MS })).toBe(401);
  expect(provider.requests).toHaveLength(1);
});

test('what the vendor repeats is acknowledged and handled once, also by the next process', async () => {
  const delivery = { id: '1', at: Date.now() };
  expect(await Promise.all([post(delivery), post(delivery), post(delivery)])).toEqual([200, 200, 200]);
  await vi.waitFor(async () => expect(await sent()).toEqual(['Answered.']), WAIT);
  await gateway.end('SIGKILL');
  await start();
  expect(await post(delivery)).toBe(200);
  expect(await post({ id: '2' })).toBe(200);
  await vi.waitFor(async () => expect(await sent()).toEqual(['Answered.', 'Answered.']), WAIT);
  expect(provider.requests).toHaveLength(2);
});

test('it is acknowledged before the model has answered, and a kill right behind that loses nothing', async () => {
  provider.script([{ hang: true }, { text: 'Answered by the next.', repeat: 'always' }]);
  const begun = performance.now();
  expect(await post({ id: '1' })).toBe(200);
  expect(performance.now() - begun).toBeLessThan(QUICK_MS);
  await gateway.end('SIGKILL');
  provider.script([{ text: 'Answered by the next.', repeat: 'always' }]);
  await start();
  await vi.waitFor(async () => expect(await sent()).toEqual(['Answered by the next.']), WAIT);
});

test('a body over the limit is refused, one that is no message is no message, and both leave the gateway well', async () => {
  expect(await post({ id: '1', body: JSON.stringify({ id: '1', from: 'ann', text: 'x'.repeat(10_000) }) })).toBe(413);
  expect(await post({ id: '2', body: 'no JSON' })).toBe(500);
  expect(await post({ id: '3' })).toBe(200);
  await vi.waitFor(async () => expect(await sent()).toEqual(['Answered.']), WAIT);
});

test('who guesses signatures is shut out for the rest of the minute', async () => {
  for (let guess = 0; guess < GUESSES; guess += 1) expect(await post({ id: `g${guess}`, key: `k${guess}` })).toBe(401);
  expect(await post({ id: 'late' })).toBe(429);
  expect(provider.requests).toEqual([]);
});
