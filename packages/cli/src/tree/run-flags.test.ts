import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext } from '../testing/test-context.ts';

let state: StateHome;
beforeEach(async () => {
  state = await createStateHome();
});
afterEach(() => state.remove());

it('hands the flags to the gateway and exports its secrets', async () => {
  const env = { ...state.env };
  const cli = createTestContext({ env });
  expect(
    await cli.run('gateway', 'run', '--port', '0', '--bind', 'lan', '--token', 't', '--password', 'p', '--verbose'),
  ).toBe(0);
  expect(cli.starts).toEqual([
    {
      port: 0,
      bind: 'lan',
      token: 't',
      password: 'p',
      verbose: true,
      force: false,
      allowUnconfigured: false,
      warmUp: false,
      tailscaleResetOnExit: false,
    },
  ]);
  expect(env).toMatchObject({ OPENCLAW_GATEWAY_TOKEN: 't', OPENCLAW_GATEWAY_PASSWORD: 'p' });
});

it('starts from bare gateway too', async () => {
  const cli = createTestContext({ env: state.env });
  expect(await cli.run('gateway', '--port', '1234', '--auth', 'token')).toBe(0);
  expect(cli.starts).toMatchObject([{ port: 1234, auth: 'token' }]);
});

it('hands the port to Tailscale when it is told to', async () => {
  const cli = createTestContext({ env: state.env });
  expect(await cli.run('gateway', 'run', '--tailscale', 'serve', '--tailscale-reset-on-exit')).toBe(0);
  expect(cli.starts).toMatchObject([{ tailscale: 'serve', tailscaleResetOnExit: true }]);
});

it.each([
  [['--raw-stream'], 'Not supported in this release: --raw-stream'],
  [['--tailscale', 'x'], 'Invalid --tailscale'],
  [['--bind', 'x'], 'Invalid --bind'],
  [['--auth', 'x'], 'Invalid --auth'],
  [['--ws-log', 'x'], 'Invalid --ws-log'],
  [['--port', 'x'], 'Invalid port'],
  [['--port', '70000'], 'Invalid port'],
  [['--reset'], 'Use --reset with --dev.'],
])('refuses %s and starts nothing', async (flags, message) => {
  const cli = createTestContext({ env: state.env });
  expect(await cli.run('gateway', 'run', ...flags)).toBe(1);
  expect(cli.stderr.join('\n')).toContain(message);
  expect(cli.starts).toEqual([]);
});

it('makes a development configuration without the first conversation', async () => {
  const cli = createTestContext({ env: state.env });
  expect(await cli.run('gateway', 'run', '--dev')).toBe(0);
  const config = JSON.parse(await readFile(state.configPath, 'utf8'));
  expect(config).toMatchObject({ gateway: { mode: 'local' }, agents: { defaults: { skipBootstrap: true } } });
});

it('sets the former development state aside and deletes nothing', async () => {
  const stateDir = join(state.home, '.openclaw-dev');
  await mkdir(join(stateDir, 'credentials'), { recursive: true });
  await writeFile(join(stateDir, 'openclaw.json'), '{ "ui": { "assistant": { "name": "Bob" } } }');
  const env = { ...state.env, OPENCLAW_STATE_DIR: stateDir, OPENCLAW_PROFILE: 'dev' };
  const cli = createTestContext({ env });
  expect(await cli.run('gateway', 'run', '--dev', '--reset')).toBe(0);
  const aside = (await readdir(stateDir)).find((name) => name.startsWith('reset-')) ?? '';
  expect(await readFile(join(stateDir, aside, 'openclaw.json'), 'utf8')).toContain('Bob');
  expect(await readdir(join(stateDir, aside))).toContain('credentials');
  expect(await readFile(join(stateDir, 'openclaw.json'), 'utf8')).not.toContain('Bob');
});

it('never resets the everyday state, nor one that a gateway uses', async () => {
  const everyday = createTestContext({ env: state.env });
  expect(await everyday.run('gateway', 'run', '--dev', '--reset')).toBe(1);
  expect(everyday.stderr.join('\n')).toContain('everyday state directory');
  const used = createTestContext({
    env: { ...state.env, OPENCLAW_STATE_DIR: join(state.home, 'dev') },
    runningPid: 42,
  });
  expect(await used.run('gateway', 'run', '--dev', '--reset')).toBe(1);
  expect(used.stderr.join('\n')).toContain('process 42');
});

/** A process that listens on a free port and, when `stubborn`, does not mind SIGTERM. */
async function listener(stubborn: boolean) {
  const script = `${stubborn ? "process.on('SIGTERM', () => {});" : ''}
    require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [text] = await once(child.stdout, 'data');
  return { port: String(text).trim(), gone: once(child, 'exit') };
}

it.runIf(process.platform === 'linux').each([
  ['politely', false, 'SIGTERM'],
  ['by force when it does not listen', true, 'SIGKILL'],
])('ends what listens on the port, %s', async (_how, stubborn, signal) => {
  const other = await listener(stubborn);
  const cli = createTestContext({ env: state.env });
  expect(await cli.run('gateway', 'run', '--force', '--port', other.port)).toBe(0);
  expect(await other.gone).toEqual([null, signal]);
  expect(cli.starts).toMatchObject([{ force: true }]);
});
