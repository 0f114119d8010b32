import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyDifferences, readSample, type Sample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

/** Commands while no gateway runs, against recorded runs of the original. */

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({ gateway: { mode: 'local', auth: { mode: 'token', token: 'dummy' } } });
  cli = createTestContext({ env: { ...state.env } });
});
afterEach(() => state.remove());

const sample = (name: string): Promise<Sample> =>
  readSample(name, { '<HOME>': state.home, '18999': String(state.port), '18901': String(state.port) });
const printed = (): unknown => JSON.parse(cli.stdout.join('\n'));

it.each([
  ['off-gateway-call', ['gateway', 'call', 'health', '--json']],
  ['url-noauth', ['gateway', 'call', 'health', '--url', 'ws://127.0.0.1:1', '--json']],
  ['gateway-call-badjson', ['gateway', 'call', 'health', '--params', '{bad', '--json']],
])('fails letter by letter like %s', async (name, argv) => {
  const expected = await sample(name);
  expect(await cli.run(...argv)).toBe(expected.exitCode);
  expect(cli.stderr).toEqual(expected.stderr);
  expect(cli.stdout).toEqual([]);
});

it('says without a stack that health has no gateway', async () => {
  expect(await cli.run('health', '--json')).toBe(1);
  expect(cli.stdout).toEqual([]);
  expect(cli.stderr[0]).toBe('Error: gateway closed (1006 abnormal closure (no close frame)): no close reason');
  expect(cli.stderr.join('\n')).not.toMatch(/^ +at /m);
});

it('prints the lines of off-logs, with a hint of its own', async () => {
  const expected = await sample('off-logs');
  expect(await cli.run('logs')).toBe(1);
  expect(cli.stderr.slice(0, -1)).toEqual(expected.stderr.slice(0, -1));
});

it('prints the failure of logs --json as one line of JSON on stderr', async () => {
  expect(await cli.run('logs', '--json')).toBe(1);
  expect(cli.stdout).toEqual([]);
  const [line = ''] = cli.stderr;
  const url = `ws://127.0.0.1:${state.port}`;
  expect(JSON.parse(line)).toMatchObject({
    type: 'error',
    message: 'Gateway not reachable. Is it running and accessible?',
    error: expect.stringContaining(`no close reason\nGateway target: ${url}\nSource: local loopback`),
    details: { url, urlSource: 'local loopback', bindDetail: 'Bind: loopback' },
  });
});

it('probes in vain with exit code 1 and the keys of the sample', async () => {
  const expected = await sample('off-gateway-probe-json');
  expect(await cli.run('gateway', 'probe', '--json')).toBe(1);
  expect(keyDifferences(expected.stdout, printed())).toEqual([]);
  expect(printed()).toMatchObject({
    ok: false,
    primaryTargetId: null,
    targets: [
      {
        id: 'localLoopback',
        connect: {
          ok: false,
          latencyMs: null,
          error: `connect failed: connect ECONNREFUSED 127.0.0.1:${state.port}`,
          close: { code: 1006, reason: '' },
        },
        self: null,
      },
    ],
  });
});

it('shows the status of a stopped gateway with exit code 0 and every key of the sample', async () => {
  const expected = await sample('off-status-json');
  expect(await cli.run('status', '--json', '--frob')).toBe(0);
  expect(keyDifferences(expected.stdout, printed(), ['memory'])).toEqual([]);
  expect(printed()).toMatchObject({
    gateway: { reachable: false, misconfigured: false, connectLatencyMs: null, self: null },
    heartbeat: { agents: [{ agentId: 'main', enabled: true, every: '30m', everyMs: 1_800_000 }] },
    memory: null,
  });
});

it('says that a remote mode without an address is misconfigured', async () => {
  await state.writeConfig({ gateway: { mode: 'remote' } });
  expect(await cli.run('status', '--json')).toBe(0);
  expect(printed()).toMatchObject({
    gateway: { mode: 'remote', misconfigured: true, urlSource: 'missing gateway.remote.url (fallback local)' },
  });
});

it('shows gateway status with exit code 0 and the keys of the sample', async () => {
  const expected = await sample('off-gateway-status-json');
  expect(await cli.run('gateway', 'status', '--json')).toBe(0);
  // There is no service whose definition could be audited, and nobody listens.
  expect(keyDifferences(expected.stdout, printed(), ['service/configAudit'])).toEqual([]);
  expect(printed()).toMatchObject({ port: { status: 'free', listeners: [] }, rpc: { ok: false } });
});

it('leaves out the probe when told to', async () => {
  await cli.run('gateway', 'status', '--json', '--no-probe');
  expect(printed()).not.toHaveProperty('rpc');
});

it('goes on with a broken configuration where people look for what is wrong', async () => {
  await state.writeConfig('{ gateway: { bind: "everywhere" } }');
  expect(await cli.run('status', '--json')).toBe(0);
  expect(await cli.run('gateway', 'status')).toBe(0);
  expect(cli.stdout.join('\n')).toContain('gateway.bind');
});

it.each([[['sessions']], [['config', 'get', 'gateway']], [['agent', '-m', 'hi', '--agent', 'main']]])(
  'stops %s at a broken configuration with the known lines',
  async (argv) => {
    await state.writeConfig('{ gateway: { bind: "everywhere" } }');
    expect(await cli.run(...argv)).toBe(1);
    expect(cli.stdout).toEqual([]);
    expect(cli.stderr.slice(0, 4)).toEqual([
      'Config invalid',
      `File: ${state.configPath}`,
      'Problem:',
      '  - gateway.bind: Invalid input',
    ]);
  },
);

it('lists no sessions where nothing is stored, and makes nothing', async () => {
  expect(await cli.run('sessions', '--json')).toBe(0);
  expect(printed()).toEqual({
    path: `${state.stateDir}/agents/main/sessions/sessions.json`,
    count: 0,
    activeMinutes: null,
    sessions: [],
  });
});

it.each(['abc', '0', '-1'])('refuses --active %s', async (minutes) => {
  expect(await cli.run('sessions', `--active=${minutes}`)).toBe(1);
  expect(cli.stderr).toEqual(['--active must be a positive integer (minutes)']);
});

it('prints the address of the page with the token in the fragment', async () => {
  expect(await cli.run('dashboard', '--no-open')).toBe(0);
  expect(cli.stdout[0]).toBe(`Dashboard URL: http://127.0.0.1:${state.port}/#token=dummy`);
});

it('names what a failed usage-cost could not reach', async () => {
  expect(await cli.run('gateway', 'usage-cost', '--json')).toBe(1);
  expect(cli.stderr[0]).toBe(
    'Gateway call failed: Error: gateway closed (1006 abnormal closure (no close frame)): no close reason',
  );
});

it('tells with status --usage that no provider has a quota, without asking anybody', async () => {
  expect(await cli.run('status', '--usage', '--json')).toBe(0);
  expect(printed()).toMatchObject({ usage: { updatedAt: expect.any(Number), providers: [] }, lastHeartbeat: null });
  const lines = createTestContext({ env: { ...state.env } });
  expect(await lines.run('status', '--usage')).toBe(0);
  expect(lines.stdout.join('\n')).toContain('no provider with a quota is set up');
});
