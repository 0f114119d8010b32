import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeviceIdentity, createGatewayClient, type GatewayClient } from '@chela/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { keyDifferences, readSample } from '../../packages/cli/src/testing/sample.ts';
import { createTestContext, type TestContext } from '../../packages/cli/src/testing/test-context.ts';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';

/** Commands for devices, nodes and approvals beside a running gateway with a phone connected to it. */

const PICTURE = Buffer.from('a picture').toString('base64');
const CANVAS_COMMANDS = ['canvas.present', 'canvas.eval', 'canvas.snapshot', 'canvas.a2ui.pushJSONL', 'canvas.hide'];

/** What the phone answers to a command. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  'canvas.eval': { result: '2' },
  'canvas.snapshot': { format: 'jpg', base64: PICTURE },
  'camera.list': { devices: [{ id: 'c1', name: 'Back camera', position: 'back', deviceType: 'wide' }] },
  'camera.snap': { format: 'jpg', base64: PICTURE, width: 4, height: 3 },
  'screen.record': { format: 'mp4', base64: PICTURE, durationMs: 2000, fps: 10, screenIndex: 0, hasAudio: false },
  'location.get': { lat: 52.5, lon: 13.4, accuracyMeters: 5, timestamp: '2026-01-01T00:00:00Z', isPrecise: true },
  'system.run': { exitCode: 3, timedOut: false, success: false, stdout: 'seen\n', stderr: '', error: null },
};

let home: GatewayHome;
let gateway: GatewayProcess;
let phone: GatewayClient;
let phoneId = '';
let asked: { command: string; params: unknown }[];
let cli: TestContext;

beforeAll(async () => {
  home = await createHome();
  const config = mockConfig(home, 'http://127.0.0.1:1', { plugins: { enabled: false } });
  const nodes = { allowCommands: ['camera.snap', 'screen.record', 'system.run'] };
  await home.writeConfig({ ...config, gateway: { ...Object(config.gateway), nodes } });
  gateway = await startGateway(home);
  const device = createDeviceIdentity();
  phoneId = device.deviceId;
  phone = createGatewayClient({
    url: gateway.url,
    token: home.token,
    role: 'node',
    scopes: [],
    client: { id: 'openclaw-ios', version: '1.0.0', platform: 'ios 18', mode: 'node', displayName: 'Phone' },
    device,
    caps: ['canvas', 'camera'],
    commands: [...CANVAS_COMMANDS, ...Object.keys(ANSWERS), 'system.notify'],
  });
  phone.onEvent(({ event, payload }) => {
    if (event !== 'node.invoke.request') return;
    const { id, nodeId, command, paramsJSON } = Object(payload);
    asked.push({ command, params: JSON.parse(paramsJSON ?? 'null') });
    void phone.request('node.invoke.result', { id, nodeId, ok: true, payload: ANSWERS[command] ?? {} });
  });
  await phone.connect();
});

afterAll(async () => {
  await phone?.close();
  await gateway?.end();
  await home?.remove();
});

beforeEach(() => {
  asked = [];
  cli = createTestContext({
    env: {
      HOME: home.home,
      OPENCLAW_STATE_DIR: home.stateDir,
      OPENCLAW_CONFIG_PATH: join(home.stateDir, 'openclaw.json'),
      OPENCLAW_GATEWAY_PORT: String(gateway.port),
    },
  });
});

const printed = (): unknown => JSON.parse(cli.stdout.join('\n'));
const onPhone = (...words: string[]): Promise<number> => cli.run('nodes', ...words, '--node', 'phone');

describe('nodes', () => {
  it('shows the phone, with the keys scripts know', async () => {
    expect(await cli.run('nodes', 'status', '--json')).toBe(0);
    expect(keyDifferences((await readSample('nodes-status-json')).stdout, printed())).toEqual([]);
    expect(printed()).toMatchObject({ nodes: [{ nodeId: phoneId, displayName: 'Phone', connected: true }] });
  });

  it('shows people who is connected', async () => {
    await cli.run('nodes', 'status', '--connected');
    expect(cli.stdout[0]).toBe('Known: 1 · Paired: 1 · Connected: 1');
    expect(cli.stdout.join('\n')).toContain('paired · connected');
  });

  it('describes the phone', async () => {
    expect(await onPhone('describe')).toBe(0);
    expect(cli.stdout).toContain('- canvas.eval');
  });

  it('a node nobody knows is named, with those that are known', async () => {
    expect(await cli.run('nodes', 'describe', '--node', 'tablet')).toBe(1);
    expect(cli.stderr).toEqual(['nodes describe failed: Error: unknown node: tablet (known: Phone)']);
  });

  it('invokes a command with parameters', async () => {
    expect(await onPhone('invoke', '--command', 'canvas.eval', '--params', '{"javaScript":"1+1"}')).toBe(0);
    expect(asked).toEqual([{ command: 'canvas.eval', params: { javaScript: '1+1' } }]);
    expect(printed()).toMatchObject({ ok: true, command: 'canvas.eval', payload: { result: '2' } });
  });

  test.each([
    [['invoke', '--command', 'sms.send'], 'nodes invoke failed: Error: node command not allowed'],
    [
      ['invoke', '--command', 'canvas.eval', '--params', '[]'],
      'nodes invoke failed: Error: --params must be a JSON object',
    ],
    [['notify'], 'nodes notify failed: Error: missing --title or --body'],
    [['rename', '--name', 'X'], 'nodes rename failed: Error: unknown nodeId'],
    [['canvas', 'eval'], 'nodes canvas eval failed: Error: missing --js or <js>'],
    [['canvas', 'a2ui', 'push'], 'nodes canvas a2ui push failed: Error: give either --jsonl or --text'],
    [['camera', 'snap', '--facing', 'up'], 'nodes camera snap failed: Error: invalid --facing up: front, back or both'],
    [['run'], 'nodes run failed: Error: command required'],
    [['run', '--ask', 'never', '--raw', 'x'], 'nodes run failed: Error: --ask must be off, on-miss, always'],
  ])('%j is refused', async (words, message) => {
    expect(await onPhone(...words)).toBe(1);
    expect(cli.stderr).toEqual([message]);
    expect(asked).toEqual([]);
  });

  it('notifies, shows, evaluates and hides', async () => {
    await onPhone('notify', '--title', 'Tea');
    await onPhone('canvas', 'present', '--target', 'http://x/', '--x', '1');
    await onPhone('canvas', 'eval', '1+1');
    await onPhone('canvas', 'hide');
    expect(cli.stdout).toEqual(['notify ok', 'canvas present ok', '2', 'canvas hide ok']);
    expect(asked).toEqual([
      { command: 'system.notify', params: { title: 'Tea', body: '', delivery: 'system' } },
      { command: 'canvas.present', params: { url: 'http://x/', placement: { x: 1 } } },
      { command: 'canvas.eval', params: { javaScript: '1+1' } },
      { command: 'canvas.hide', params: null },
    ]);
  });

  it('pushes checked messages only', async () => {
    const file = join(home.home, 'surface.jsonl');
    await writeFile(file, '{"createSurface":{}}');
    expect(await onPhone('canvas', 'a2ui', 'push', '--jsonl', file)).toBe(1);
    expect(asked).toEqual([]);
    expect(await onPhone('canvas', 'a2ui', 'push', '--text', 'hello')).toBe(0);
    expect(cli.stdout).toEqual(['canvas a2ui push ok (v0.8, 2 messages)']);
  });

  it('saves pictures and recordings', async () => {
    expect(await onPhone('canvas', 'snapshot')).toBe(0);
    const path = (cli.stdout[0] ?? '').replace('MEDIA:', '');
    expect(await readFile(path, 'utf8')).toBe('a picture');
    await onPhone('camera', 'snap');
    expect(cli.stdout.slice(1).every((line) => line.startsWith('MEDIA:'))).toBe(true);
    expect(asked.slice(1).map(({ params }) => Object(params).facing)).toEqual(['front', 'back']);
    const out = join(home.home, 'film.mp4');
    await onPhone('screen', 'record', '--duration', '2s', '--out', out);
    expect(asked.at(-1)?.params).toMatchObject({ durationMs: 2000, fps: 10, screenIndex: 0, includeAudio: true });
    expect(await readFile(out, 'utf8')).toBe('a picture');
  });

  it('lists cameras and says where the phone is', async () => {
    await onPhone('camera', 'list', '--json');
    expect(printed()).toEqual([{ id: 'c1', name: 'Back camera', position: 'back', deviceType: 'wide' }]);
    await onPhone('location', 'get');
    expect(cli.stdout.at(-1)).toBe('52.5,13.4 ±5.0m');
  });

  it('runs a program and ends with 1 when that failed', async () => {
    expect(await cli.run('nodes', 'run', '--node', 'Phone', '--env', 'A=b', '--', 'ls', '-l')).toBe(1);
    expect(asked).toEqual([{ command: 'system.run', params: { command: ['ls', '-l'], env: { A: 'b' } } }]);
    expect(cli.stdout).toEqual(['seen']);
    expect(cli.stderr).toEqual(['the command ended with exit code 3']);
  });
});

describe('devices', () => {
  /** A device that comes from elsewhere and has to ask. */
  async function knock(): Promise<string> {
    const device = createDeviceIdentity();
    const stranger = createGatewayClient({
      url: gateway.url,
      token: home.token,
      scopes: ['operator.read'],
      client: { id: 'cli', version: '1.0.0', platform: 'linux', mode: 'cli', displayName: 'Laptop' },
      device,
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    await expect(stranger.connect()).rejects.toThrow(/pairing required/);
    await stranger.close();
    return device.deviceId;
  }

  it('lists, approves the newest, gives a fresh token and takes it away', async () => {
    const deviceId = await knock();
    await cli.run('devices', 'list');
    expect(cli.stdout).toContain('Pending (1)');
    expect(cli.stdout.join('\n')).toContain('Laptop');
    expect(await cli.run('devices', 'approve', '--latest')).toBe(0);
    expect(cli.stdout.at(-1)).toContain(`Approved ${deviceId}`);
    cli.stdout.length = 0;
    await cli.run('devices', 'rotate', '--device', deviceId, '--role', 'operator', '--scope', 'operator.read');
    expect(printed()).toMatchObject({ deviceId, scopes: ['operator.read'], token: expect.any(String) });
    cli.stdout.length = 0;
    await cli.run('devices', 'revoke', '--device', deviceId, '--role', 'operator');
    expect(printed()).toMatchObject({ deviceId, revokedAtMs: expect.any(Number) });
  });

  it('lists with the keys scripts know', async () => {
    expect(await cli.run('devices', 'list', '--json')).toBe(0);
    expect(keyDifferences((await readSample('devices-list-json')).stdout, printed())).toEqual([]);
  });

  it('turns a device away', async () => {
    const deviceId = await knock();
    await cli.run('devices', 'list', '--json');
    const [request] = Object(printed()).pending;
    cli.stdout.length = 0;
    expect(await cli.run('devices', 'reject', request.requestId)).toBe(0);
    expect(cli.stdout).toEqual([`Rejected ${deviceId}`]);
  });

  it.each([
    [['approve', '--latest'], 'No pending device pairing requests to approve'],
    [['reject', 'nothing'], 'Error: unknown requestId'],
    [['revoke', '--device', 'x', '--role', 'operator'], 'Error: unknown deviceId/role'],
  ])('%j says why not', async (words, message) => {
    expect(await cli.run('devices', ...words)).toBe(1);
    expect(cli.stderr).toEqual([message]);
  });
});

describe('approvals at the gateway', () => {
  it('shows them with the keys scripts know, and adds a program', async () => {
    expect(await cli.run('approvals', 'get', '--gateway', '--json')).toBe(0);
    expect(keyDifferences((await readSample('approvals-get-gateway-json')).stdout, printed())).toEqual([]);
    cli.stdout.length = 0;
    expect(await cli.run('approvals', 'allowlist', 'add', '/bin/ls', '--gateway', '--json')).toBe(0);
    expect(printed()).toMatchObject({ file: { agents: { '*': { allowlist: [{ pattern: '/bin/ls' }] } } } });
  });
});
