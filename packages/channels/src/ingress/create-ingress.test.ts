import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { silentLogger, silentMetrics, systemClock } from '@chela/observability';
import { expect, test } from 'vitest';
import type { IngressRequest, IngressRoute } from '../contract/connection.ts';
import type { WebhookRequest } from '../kernel.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createIngress } from './create-ingress.ts';
import { serveWebhook } from './serve-webhook.ts';

const NOW = Date.parse('2026-02-17T15:00:00Z');

function open() {
  const clock = createManualClock(NOW);
  const ingress = createIngress({ clock, logger: silentLogger(), metrics: silentMetrics() });
  const taken: { readonly account: string; readonly body: string }[] = [];
  const reads: number[] = [];
  const abort = new AbortController();
  return {
    clock,
    ingress,
    taken,
    reads,
    abort,
    mount: (accountId: string, secret: string, route: Partial<IngressRoute> = {}) =>
      ingress.add(
        { channel: 'toy', accountId },
        {
          path: '/toy',
          maxBytes: 100,
          verify: ({ headers }) => headers['x-secret'] === secret,
          async handle({ body }) {
            taken.push({ account: accountId, body: body.toString() });
            return { status: 200, body: 'ok' };
          },
          ...route,
        },
        abort.signal,
      ),
    post: (secret: string, body = '{}', request: Partial<WebhookRequest> = {}) =>
      ingress.handle({
        method: 'POST',
        path: '/toy',
        query: {},
        headers: { 'x-secret': secret },
        remoteAddress: '203.0.113.5',
        async readBody(maxBytes) {
          reads.push(maxBytes);
          return Buffer.from(body);
        },
        ...request,
      }),
  };
}

test('a request with the right credential reaches its account', async () => {
  const { ingress, mount, post, taken } = open();
  await mount('ann', 'a');
  expect(ingress.claims('/toy')).toBe(true);
  expect(await post('a', 'hello')).toEqual({ status: 200, body: 'ok' });
  expect(taken).toEqual([{ account: 'ann', body: 'hello' }]);
});

test('several accounts on one path are told apart by their credential; none and more than one are 401', async () => {
  const { mount, post, taken } = open();
  await mount('ann', 'a');
  await mount('bob', 'b');
  await mount('bea', 'b');
  await post('a');
  expect(taken).toEqual([{ account: 'ann', body: '{}' }]);
  expect(await post('x')).toMatchObject({ status: 401, body: 'unauthorized' });
  expect(await post('b')).toMatchObject({ status: 401, body: 'ambiguous webhook target' });
  expect(taken).toHaveLength(1);
});

test('an account that closed is told nothing more', async () => {
  const { ingress, mount, post, abort } = open();
  await mount('ann', 'a');
  abort.abort();
  expect(ingress.claims('/toy')).toBe(false);
  expect(await post('a')).toMatchObject({ status: 404 });
});

test('a credential in the headers is judged before the body is read', async () => {
  const { mount, post, reads } = open();
  await mount('ann', 'a', { verifyHeaders: (headers) => headers['x-secret'] === 'a' });
  expect(await post('x')).toMatchObject({ status: 401 });
  expect(await post('a', '{}', { method: 'GET' })).toMatchObject({ status: 405 });
  expect(reads).toEqual([]);
});

const WITH_DELIVERY = {
  delivery: ({ headers }: IngressRequest) => ({ id: headers['x-id'] ?? '', at: Number(headers['x-at']) }),
};
const delivered = (id: string, at: number) => ({ headers: { 'x-secret': 'a', 'x-id': id, 'x-at': String(at) } });

test('a delivery that is repeated is answered again and handled once', async () => {
  const { mount, post, taken } = open();
  await mount('ann', 'a', WITH_DELIVERY);
  expect(await post('a', '1', delivered('d1', NOW))).toMatchObject({ status: 200 });
  expect(await post('a', '1', delivered('d1', NOW))).toMatchObject({ status: 200 });
  await post('a', '2', delivered('d2', NOW));
  expect(taken.map(({ body }) => body)).toEqual(['1', '2']);
});

test('a delivery that failed may come again', async () => {
  const { mount, post, taken } = open();
  let isDown = true;
  await mount('ann', 'a', {
    ...WITH_DELIVERY,
    async handle() {
      if (isDown) throw new Error('disk full');
      taken.push({ account: 'ann', body: 'later' });
      return { status: 200 };
    },
  });
  expect(await post('a', '1', delivered('d1', NOW))).toMatchObject({ status: 500 });
  isDown = false;
  expect(await post('a', '1', delivered('d1', NOW))).toMatchObject({ status: 200 });
  expect(taken).toHaveLength(1);
});

test('a delivery with a good signature is refused when it is old or its time makes no sense', async () => {
  const { mount, post, taken } = open();
  await mount('ann', 'a', WITH_DELIVERY);
  expect(await post('a', '1', delivered('d1', NOW - 5 * 60_000 - 1))).toMatchObject({ status: 401 });
  expect(await post('a', '1', delivered('d2', Number.NaN))).toMatchObject({ status: 401 });
  expect(taken).toEqual([]);
});

test('who guesses credentials is shut out for the rest of the minute; others are not', async () => {
  const { clock, mount, post } = open();
  await mount('ann', 'a');
  for (let count = 0; count < 30; count += 1) await post('x');
  const refused = await post('a');
  expect(refused).toMatchObject({ status: 429, headers: { 'Retry-After': '60' } });
  expect(await post('a', '{}', { remoteAddress: '198.51.100.7' })).toMatchObject({ status: 200 });
  await clock.advance(60_000);
  expect(await post('a')).toMatchObject({ status: 200 });
});

test('a flood is refused before anything of it is looked at', async () => {
  const { mount, post, reads } = open();
  await mount('ann', 'a');
  for (let count = 0; count < 1_200; count += 1) await post('a');
  expect(await post('a')).toMatchObject({ status: 429 });
  expect(reads).toHaveLength(1_200);
});

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}

/** A server that hands everything to the ingress, as the gateway's does. */
async function serve(bench: ReturnType<typeof open>) {
  const server = createServer((incoming, response) => {
    const exchange = { request: incoming, response, remoteAddress: '203.0.113.5' };
    void serveWebhook(exchange, bench.ingress.handle, bench.clock);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server.address());
  return {
    port,
    url: `http://127.0.0.1:${port}/toy`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a body that is too large is answered with 413, one with a wrong credential with 401', async () => {
  const bench = open();
  await bench.mount('ann', 'a');
  await using server = await serve(bench);
  const headers = { 'x-secret': 'a' };
  expect((await fetch(server.url, { method: 'POST', headers, body: 'x'.repeat(101) })).status).toBe(413);
  expect(await postInPieces(server.port, ['x'.repeat(60), 'y'.repeat(60)])).toBe(413);
  const stranger = await fetch(server.url, { method: 'POST', headers: { 'x-secret': 'x' }, body: '{}' });
  expect([stranger.status, await stranger.text()]).toEqual([401, 'unauthorized']);
  const taken = await fetch(server.url, { method: 'POST', headers, body: '{"a":1}' });
  expect([taken.status, await taken.text()]).toEqual([200, 'ok']);
});

/** Without a length in the headers. */
function postInPieces(port: number, pieces: readonly string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-secret': 'a' };
    const options = { host: '127.0.0.1', port, path: '/toy', method: 'POST', headers };
    const sent = request(options, (response) => resolve(response.resume().statusCode)).once('error', reject);
    for (const piece of pieces) sent.write(piece);
    sent.end();
  });
}

test('a body that does not come is given up after half a minute', async () => {
  const bench = open();
  await bench.mount('ann', 'a');
  await using server = await serve(bench);
  const socket = connect(server.port, '127.0.0.1');
  const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  socket.write('POST /toy HTTP/1.1\r\nHost: x\r\nX-Secret: a\r\nContent-Length: 50\r\n\r\nhalf');
  // The clock is moved only when the request has arrived.
  while (bench.clock.pending() === 0) await new Promise((resume) => setImmediate(resume));
  await bench.clock.advance(30_000);
  expect(await answer).toContain('408');
  socket.destroy();
});

test('a webhook on a port of its own is served there, with a health page; a taken port is an error', async () => {
  const ingress = createIngress({ clock: systemClock, logger: silentLogger(), metrics: silentMetrics() });
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const port = portOf(blocker.address());
  const route: IngressRoute = {
    listen: { host: '127.0.0.1', port },
    path: '/telegram-webhook',
    maxBytes: 1_000,
    verify: () => true,
    handle: async () => ({ status: 200, body: 'taken' }),
  };
  const first = new AbortController();
  const account = { channel: 'toy', accountId: 'default' };
  await expect(ingress.add(account, route, first.signal)).rejects.toThrow('EADDRINUSE');
  await new Promise((resolve) => blocker.close(resolve));
  await ingress.add(account, route, first.signal);
  expect(ingress.claims('/telegram-webhook')).toBe(false);
  const url = `http://127.0.0.1:${port}`;
  const post = (path: string) =>
    fetch(`${url}${path}`, { method: 'POST', body: '{}', headers: { Connection: 'close' } });
  const health = await fetch(`${url}/healthz`, { headers: { Connection: 'close' } });
  expect(await health.text()).toBe('ok');
  expect(await (await post('/telegram-webhook')).text()).toBe('taken');
  expect((await post('/other')).status).toBe(404);
  // Made anew at once on the same port, as a restarted account does.
  first.abort();
  const second = new AbortController();
  await ingress.add(account, route, second.signal);
  expect((await post('/telegram-webhook')).status).toBe(200);
  await ingress.close();
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});
