import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { silentMetrics } from '@chela/observability';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { startTestGateway, TEST_TOKEN, type TestGateway } from '../testing/start-gateway.ts';
import { createTailscaleWhois } from './whois.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chela-tailscale-'));
  await install('exit 0');
});
afterEach(() => rm(folder, { recursive: true }));

const WHOIS = '{"UserProfile":{"LoginName":"Ann@example.com"}}';

/** A `tailscale` command that notes how it is called and knows one person. */
async function install(otherwise: string): Promise<void> {
  const script = `#!/bin/sh
echo "$@" >> '${folder}/calls'
case "$*" in
  "whois --json 100.70.1.9") echo '${WHOIS}';;
  whois*) exit 1;;
  "status --json") echo '{"Self":{"DNSName":"box.tail1.ts.net."}}';;
  *) ${otherwise};;
esac
`;
  await writeFile(join(folder, 'tailscale'), script);
  await chmod(join(folder, 'tailscale'), 0o755);
}

const calls = async (): Promise<string[]> =>
  (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

const start = (gateway: object = {}): Promise<TestGateway> =>
  startTestGateway({
    gateway: { auth: { mode: 'token', token: TEST_TOKEN }, tailscale: { mode: 'serve' }, ...gateway },
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
    metrics: { ...silentMetrics(), exposition: async () => 'm 1\n' },
  });

const SERVED = {
  host: 'box.tail1.ts.net',
  'x-forwarded-for': '100.70.1.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'box.tail1.ts.net',
  'tailscale-user-login': 'ann@example.com',
};

/** Asks for the metrics, which need a login from elsewhere. */
function status(gateway: TestGateway, headers: Readonly<Record<string, string>>): Promise<number> {
  const answer = Promise.withResolvers<number>();
  const sent = request(`${gateway.httpUrl}/metrics`, { headers }, (response) => {
    response.resume();
    answer.resolve(response.statusCode ?? 0);
  });
  sent.on('error', answer.reject).end();
  return answer.promise;
}

const without = (name: keyof typeof SERVED) =>
  Object.fromEntries(Object.entries(SERVED).filter(([key]) => key !== name));

it('lets in whom Tailscale vouches for, and asks it once', async () => {
  await using gateway = await start();
  expect(await status(gateway, SERVED)).toBe(200);
  expect(await status(gateway, { ...SERVED, authorization: 'Bearer wrong' })).toBe(200);
  expect((await calls()).filter((call) => call.startsWith('whois'))).toEqual(['whois --json 100.70.1.9']);
});

it.each<[string, Record<string, string>]>([
  ['another login than whois gives', { ...SERVED, 'tailscale-user-login': 'bob@example.com' }],
  ['an address Tailscale does not know', { ...SERVED, 'x-forwarded-for': '100.70.1.10' }],
  ['an address that is none', { ...SERVED, 'x-forwarded-for': '--socket=/tmp/x' }],
  ['no login', without('tailscale-user-login')],
  ['no forwarded address', without('x-forwarded-for')],
  ['no forwarded scheme', without('x-forwarded-proto')],
  ['no forwarded host', without('x-forwarded-host')],
  ['a page of another site', { ...SERVED, origin: 'https://evil.example' }],
])('does not let in %s', async (_what, headers) => {
  await using gateway = await start();
  expect(await status(gateway, headers)).toBe(401);
});

it('believes the page it serves itself', async () => {
  await using gateway = await start();
  expect(await status(gateway, { ...SERVED, origin: 'https://box.tail1.ts.net' })).toBe(200);
});

it.each<[string, object]>([
  ['it is switched off', { auth: { mode: 'token', token: TEST_TOKEN, allowTailscale: false } }],
  ['the gateway asks for a password', { auth: { mode: 'password', password: 'p' } }],
  ['Tailscale does not serve the port', { tailscale: { mode: 'off' } }],
])('does not ask Tailscale when %s', async (_why, gatewayConfig) => {
  await using gateway = await start(gatewayConfig);
  expect(await status(gateway, SERVED)).toBe(401);
  expect((await calls()).filter((call) => call.startsWith('whois'))).toEqual([]);
});

it('a socket that Tailscale vouches for still needs a device that somebody approved', async () => {
  await using gateway = await start();
  const client = gateway.client({ token: 'wrong', headers: SERVED });
  await expect(client.connect()).rejects.toThrow('pairing required');
});

it('hands the port to the tailnet and takes it back when it stops', async () => {
  const gateway = await start({ tailscale: { mode: 'serve', resetOnExit: true } });
  const { port } = gateway.server;
  await gateway[Symbol.asyncDispose]();
  expect(await calls()).toEqual([`serve --bg --yes ${port}`, 'status --json', 'serve reset']);
});

it('leaves the port with the tailnet unless it is told otherwise', async () => {
  const gateway = await start({ tailscale: { mode: 'funnel' }, auth: { mode: 'password', password: 'p' } });
  await gateway[Symbol.asyncDispose]();
  expect(await calls()).not.toContain('funnel reset');
});

it('runs without the tailnet when Tailscale refuses or is missing', async () => {
  await install('exit 3');
  await using gateway = await start({ tailscale: { mode: 'serve', resetOnExit: true } });
  expect(await status(gateway, { authorization: `Bearer ${TEST_TOKEN}` })).toBe(200);
  await rm(join(folder, 'tailscale'));
  expect(await status(gateway, SERVED)).toBe(401);
});

it('asks again when an answer has grown old, and sooner when there was none', async () => {
  const clock = createFakeClock();
  const asked: string[] = [];
  const cli = {
    run: async ([, , ip = '']: readonly string[]) => {
      asked.push(ip);
      if (ip === 'b') throw new Error('no such peer');
      return WHOIS;
    },
  };
  const whois = createTailscaleWhois({ cli, clock });
  expect(await Promise.all([whois('a'), whois('a'), whois('b')])).toEqual([
    'Ann@example.com',
    'Ann@example.com',
    undefined,
  ]);
  clock.advance(5_001);
  await Promise.all([whois('a'), whois('b')]);
  expect(asked).toEqual(['a', 'b', 'b']);
  clock.advance(60_000);
  await whois('a');
  expect(asked).toEqual(['a', 'b', 'b', 'a']);
});
