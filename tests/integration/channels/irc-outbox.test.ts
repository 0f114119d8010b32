import { joinAsGuest, type Ngircd, startNgircd } from '@chela/channel-lab';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../../harness/operator.ts';

/** A message that was on the wire when an IRC server died: nobody can say whether it arrived, so somebody is asked. */

const WAIT = { timeout: 45_000, interval: 100 };

let server: Ngircd;
let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;

beforeEach(async () => {
  server = await startNgircd();
  home = await createHome();
  const irc = { host: server.host, port: server.port, tls: false, nick: 'clawbot', channels: ['#room'] };
  await home.writeConfig(mockConfig(home, 'http://127.0.0.1:9', { channels: { irc } }));
  gateway = await startGateway(home);
  operator = await connectOperator(gateway.url, home.token);
  await expect.poll(health, WAIT).toMatchObject({ connection: 'connected' });
});

afterEach(async () => {
  await operator.close();
  await gateway.end();
  await server.close();
  await home.remove();
});

async function health(): Promise<unknown> {
  const { channelAccounts } = Object(await operator.request('channels.status', {}));
  return Object(Object(channelAccounts).irc?.[0]).health;
}

async function inDoubt(): Promise<readonly Record<string, unknown>[]> {
  const { deliveries } = Object(await operator.request('channels.outbox.list', { states: ['ambiguous'] }));
  return deliveries;
}

test('it stays in the outbox, is never sent again unasked, and goes out when an operator says so', async () => {
  server.freeze();
  const sending = operator.request('send', {
    channel: 'irc',
    to: 'alice',
    message: 'did this arrive?',
    idempotencyKey: 'once',
  });
  const told = sending.then(String, String);
  // The line is in the server's hands and the server says no more.
  await expect
    .poll(async () => Object(await operator.request('channels.outbox.list', { states: ['sending'] })).deliveries, WAIT)
    .toHaveLength(1);
  await server.kill();
  await expect.poll(inDoubt, WAIT).toMatchObject([{ channel: 'irc', reason: expect.stringMatching(/\w/) }]);
  await told;

  await server.start();
  const alice = await joinAsGuest(server, 'alice');
  onTestFinished(() => alice.close());
  await expect
    .poll(health, WAIT)
    .toMatchObject({ connection: 'connected', outbound: { state: 'degraded', ambiguous: 1 } });
  expect(alice.lines.filter((line) => line.includes('did this arrive?'))).toEqual([]);

  const [row] = await inDoubt();
  await operator.request('channels.outbox.retry', { id: row?.id });
  expect(await alice.hears('did this arrive?')).toContain('PRIVMSG alice :');
  await expect.poll(inDoubt, WAIT).toEqual([]);
  expect(alice.lines.filter((line) => line.includes('did this arrive?'))).toHaveLength(1);
});
