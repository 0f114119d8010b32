import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Clients, createProviderMock, installClients } from '@chela/parity';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';

const run = promisify(execFile);
const DRIVER = join(import.meta.dirname, 'openclaw-node-driver.mjs');
const COMMAND_TIMEOUT_MS = 120_000;

const provider = createProviderMock();
let clients: Clients;
let home: GatewayHome;
let gateway: GatewayProcess;
/** The home of the person whose command line talks to the gateway as to a remote one. */
let visitor = '';

beforeAll(async () => {
  clients = await installClients();
  const port = await provider.start();
  home = await createHome();
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`, { plugins: { enabled: false } }));
  gateway = await startGateway(home, { env: { CHELA_STATE_MIRROR: 'openclaw' } });
  visitor = await mkdtemp(join(tmpdir(), 'chela-visitor-'));
  await mkdir(join(visitor, '.openclaw'));
  const remote = { url: gateway.url, token: home.token };
  await writeFile(
    join(visitor, '.openclaw', 'openclaw.json'),
    JSON.stringify({ gateway: { mode: 'remote', remote }, plugins: { enabled: false } }),
  );
});

beforeEach(() => provider.script([]));

afterAll(async () => {
  await gateway.end();
  await provider.stop();
  await home.remove();
  await rm(visitor, { recursive: true, force: true });
});

/** The clients, or the test is skipped with the reason why there are none. */
function installed(skip: (reason: string) => never): Extract<Clients, { available: true }> {
  return clients.available ? clients : skip(clients.reason);
}

/** Runs the original's command line; `at` is the home it runs in. */
async function openclaw(executable: string, at: string, args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: at,
    OPENCLAW_STATE_DIR: join(at, '.openclaw'),
    OPENCLAW_GATEWAY_PORT: String(gateway.port),
    NO_COLOR: '1',
    TZ: 'UTC',
    LANG: 'C.UTF-8',
  };
  const command = [executable, ...args];
  const { stdout } = await run(process.execPath, command, { env, timeout: COMMAND_TIMEOUT_MS, maxBuffer: 16 << 20 });
  return stdout;
}

/** The JSON document in what a command printed; a banner may stand before it. */
const jsonIn = (printed: string): unknown => JSON.parse(printed.slice(printed.indexOf('{')));

describe("the original's command line 2026.2.17, unmodified", () => {
  test('gateway call health answers with --url and --token', async ({ skip }) => {
    const { openclaw: cli } = installed(skip);
    const args = ['gateway', 'call', 'health', '--json', '--url', gateway.url, '--token', home.token];
    expect(jsonIn(await openclaw(cli, visitor, args))).toMatchObject({ ok: true, sessions: expect.anything() });
  });

  test('gateway call with a wrong token is refused', async ({ skip }) => {
    const { openclaw: cli } = installed(skip);
    const args = ['gateway', 'call', 'health', '--json', '--url', gateway.url, '--token', 'wrong'];
    await expect(openclaw(cli, visitor, args)).rejects.toThrow(/unauthorized/);
  });

  test('agent --message brings the answer of the model', async ({ skip }) => {
    const { openclaw: cli } = installed(skip);
    provider.script([{ text: ['Hello, ', 'visitor.'] }]);
    const args = ['agent', '--agent', 'main', '--message', 'hi', '--json'];
    expect(jsonIn(await openclaw(cli, visitor, args))).toMatchObject({
      status: 'ok',
      result: { payloads: [{ text: 'Hello, visitor.' }] },
    });
  });

  test('status reaches the gateway', async ({ skip }) => {
    const { openclaw: cli } = installed(skip);
    expect(jsonIn(await openclaw(cli, visitor, ['status', '--json']))).toMatchObject({
      gateway: { reachable: true, url: gateway.url },
    });
  });

  test('sessions reads what the gateway mirrors into its state folder', async ({ skip }) => {
    const { openclaw: cli } = installed(skip);
    const listed = jsonIn(await openclaw(cli, home.home, ['sessions', '--json']));
    expect(listed).toMatchObject({ sessions: [expect.objectContaining({ key: 'agent:main:main' })] });
  });
});

describe('openclaw-node 0.1.0, unmodified', () => {
  test('connects, streams a chat and reads the sessions', async ({ skip }) => {
    const { openclawNode } = installed(skip);
    provider.script([{ text: ['One ', 'two ', 'three'], chunkDelayMs: 200 }, { text: 'Twice' }]);
    const identity = join(visitor, 'device-identity.json');
    const { stdout } = await run(process.execPath, [DRIVER, openclawNode, gateway.url, home.token, identity], {
      env: { PATH: process.env.PATH, HOME: visitor },
      timeout: COMMAND_TIMEOUT_MS,
    });
    const seen = JSON.parse(stdout);
    expect(seen.hello).toMatchObject({ type: 'hello-ok', protocol: 3 });
    const texts: string[] = seen.chunks.flatMap(({ type, text }: { type: string; text: string }) =>
      type === 'text' ? [text] : [],
    );
    expect(texts.join('')).toBe('One two three');
    expect(texts.length).toBeGreaterThan(1);
    expect(seen.chunks.at(-1)).toMatchObject({ type: 'done' });
    expect(seen.reply).toBe('Twice');
    expect(seen.sessions.sessions.map(({ key }: { key: string }) => key)).toContain('agent:main:foreign');
    expect(seen.history.messages.map(({ role }: { role: string }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
    expect(seen.health).toMatchObject({ ok: true });
  });
});
