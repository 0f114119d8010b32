import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFakeTelegram } from '@chela/channel-lab';
import { createProviderMock } from '@chela/parity';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../harness/operator.ts';

let home: GatewayHome;
let gateway: GatewayProcess;

beforeEach(async () => {
  home = await createHome();
});

afterEach(async () => {
  await gateway.end();
  await home.remove();
});

const WAIT = { timeout: 15_000, interval: 50 };

async function start(extra: Record<string, unknown> = {}, env: Record<string, string> = {}): Promise<Operator> {
  const auth = { mode: 'token', token: home.token };
  await home.writeConfig({ gateway: { mode: 'local', auth }, plugins: { enabled: false }, ...extra });
  gateway = await startGateway(home, { env });
  return connectOperator(gateway.url, home.token);
}

const lives = (): number => gateway.output().split('listening on ws://').length - 1;

async function hashOf(operator: Operator): Promise<string> {
  return String(Object(await operator.request('config.get')).hash);
}

describe('a gateway that is asked to restart', () => {
  it('by a patch comes back in the same process, on the same port, with the new configuration', async () => {
    const operator = await start();
    const raw = '{ env: { vars: { FROM_PATCH: "1" } }, ui: { seamColor: "#010203" } }';
    await operator.request('config.patch', { raw, baseHash: await hashOf(operator), restartDelayMs: 0 });
    await vi.waitFor(() => expect(lives()).toBe(2), WAIT);
    const again = await connectOperator(gateway.url, home.token);
    expect(await again.request('config.get')).toMatchObject({ config: { ui: { seamColor: '#010203' } } });
    expect(gateway.running).toBe(true);
    const sentinel = join(home.stateDir, 'restart-sentinel.json');
    await vi.waitFor(() => expect(stat(sentinel)).rejects.toThrow('ENOENT'), WAIT);
    await again.close();
    await operator.close();
  });

  it('with a configuration it cannot start with runs on the one before', async () => {
    const operator = await start();
    const before = await readFile(join(home.stateDir, 'openclaw.json'), 'utf8');
    const params = {
      raw: '{ gateway: { tls: { enabled: true, autoGenerate: false } } }',
      baseHash: await hashOf(operator),
      restartDelayMs: 0,
    };
    await operator.request('config.patch', params);
    await vi.waitFor(() => expect(lives()).toBe(2), WAIT);
    expect(gateway.output()).toContain('The one before was put back');
    expect(await readFile(join(home.stateDir, 'openclaw.json'), 'utf8')).toBe(before);
    expect(await readFile(join(home.stateDir, 'openclaw.json.bak'), 'utf8')).toContain('"tls"');
    await operator.close();
  });

  it('under a supervisor ends, so that it is started again', async () => {
    const operator = await start({}, { INVOCATION_ID: 'unit' });
    const params = { raw: '{ ui: {} }', baseHash: await hashOf(operator), restartDelayMs: 0 };
    await operator.request('config.patch', params);
    await vi.waitFor(() => expect(gateway.running).toBe(false), WAIT);
    expect(await gateway.end()).toBe(0);
    await operator.close();
  });

  it('by a signal stays unless commands.restart allows it', async () => {
    const operator = await start();
    process.kill(gateway.pid, 'SIGUSR1');
    await vi.waitFor(() => expect(gateway.output()).toContain('SIGUSR1 restart ignored'), WAIT);
    const config = JSON.parse(await readFile(join(home.stateDir, 'openclaw.json'), 'utf8'));
    const changed = JSON.stringify({
      ...config,
      commands: { restart: true },
      gateway: { ...config.gateway, reload: { mode: 'off' } },
    });
    await writeFile(join(home.stateDir, 'openclaw.json'), changed);
    await vi.waitFor(() => expect(gateway.output()).toContain('config reload disabled'), WAIT);
    process.kill(gateway.pid, 'SIGUSR1');
    await vi.waitFor(() => expect(lives()).toBe(2), WAIT);
    await operator.close();
  });

  it('by an edit of the file does so only where the key needs it', async () => {
    const operator = await start();
    const path = join(home.stateDir, 'openclaw.json');
    const config = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...config, ui: { seamColor: '#0a0b0c' } }));
    await vi.waitFor(() => expect(gateway.output()).toContain('config change applied (dynamic reads: ui)'), WAIT);
    expect(lives()).toBe(1);
    await writeFile(path, JSON.stringify({ ...config, discovery: { mdns: { mode: 'off' } } }));
    await vi.waitFor(() => expect(lives()).toBe(2), WAIT);
    expect(gateway.output()).toContain('config change requires gateway restart (discovery)');
    await operator.close();
  });
});

it('after a kill answers what was cut off before what comes as soon as it listens', async () => {
  const provider = createProviderMock();
  // Loading a channel makes the way to the unfinished turn long enough to be overtaken on.
  const vendor = createFakeTelegram();
  const channels = { telegram: { botToken: vendor.token } };
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${await provider.start()}`, { channels }));
  const env = { CHELA_TELEGRAM_API_ROOT: await vendor.start() };
  provider.script([{ hang: true, text: [] }, { text: 'To the first.' }, { text: 'To the second.' }]);
  const asked = (at: number): string => JSON.stringify(provider.requests[at]?.body);
  try {
    gateway = await startGateway(home, { env });
    const before = await connectOperator(gateway.url, home.token);
    await before.request('chat.send', { sessionKey: 'main', message: 'first one', idempotencyKey: 'r1' });
    await vi.waitFor(() => expect(provider.requests).toHaveLength(1), WAIT);
    await gateway.end('SIGKILL');
    await before.close();
    gateway = await startGateway(home, { env });
    const after = await connectOperator(gateway.url, home.token);
    expect(await after.say('main', 'second one')).toMatchObject({ state: 'final', text: 'To the second.' });
    expect(asked(1)).toContain('first one');
    expect(asked(1)).not.toContain('second one');
    expect(asked(2)).toContain('second one');
    await after.close();
  } finally {
    await vendor.stop();
    await provider.stop();
  }
});
