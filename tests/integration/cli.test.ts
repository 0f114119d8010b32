import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { truncate } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { keyDifferences, readSample } from '../../packages/cli/src/testing/sample.ts';
import { createHome, type GatewayHome, type GatewayProcess, startGateway } from '../harness/gateway-process.ts';

/** The real executable, run from source, beside a running gateway and without one. */

const BIN = resolve(import.meta.dirname, '../../apps/chela/bin/chela.mjs');
const FROM_SOURCE = { CHELA_SOURCE: '1' };
const ESCAPE = '\u001b[';

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** For answers that come from the agent, where only presence counts. */
function missingKeys(...compared: Parameters<typeof keyDifferences>): string[] {
  return keyDifferences(...compared).filter((difference) => difference.endsWith('missing'));
}

function environment(home: GatewayHome, port: number, extra: Readonly<Record<string, string>> = {}) {
  return {
    PATH: process.env.PATH,
    TMPDIR: process.env.TMPDIR,
    TZ: 'UTC',
    HOME: home.home,
    OPENCLAW_STATE_DIR: home.stateDir,
    OPENCLAW_GATEWAY_PORT: String(port),
    ...FROM_SOURCE,
    ...extra,
  };
}

function start(command: string, argv: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(command, argv, { cwd: env.HOME, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  /** Resolves once the text has been printed; the test's own time limit ends a wait in vain. */
  const shows = async (text: string): Promise<void> => {
    while (!`${printed.stdout}${printed.stderr}`.includes(text)) {
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]);
    }
  };
  const finished: Promise<Finished> = once(child, 'close').then(([code]) => ({ code, ...printed }));
  return { child, finished, shows };
}

function demoConfig(home: GatewayHome): unknown {
  return {
    gateway: { mode: 'local', bind: 'loopback', auth: { mode: 'token', token: home.token } },
    logging: { file: join(home.stateDir, 'gateway.log') },
    agents: {
      defaults: { model: { primary: 'demo/chela' }, workspace: home.workspace, skipBootstrap: true },
      list: [{ id: 'main', default: true }],
    },
  };
}

async function demoHome(): Promise<GatewayHome> {
  const home = await createHome();
  await home.writeConfig(demoConfig(home));
  return home;
}

describe('beside a running gateway', () => {
  let home: GatewayHome;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    home = await demoHome();
    gateway = await startGateway(home, { env: FROM_SOURCE });
  });
  afterAll(async () => {
    await gateway.end();
    await home.remove();
  });

  const launch = (argv: readonly string[], extra: Readonly<Record<string, string>> = {}) =>
    start(process.execPath, [BIN, ...argv], environment(home, gateway.port, extra));
  const chela = (...argv: string[]): Promise<Finished> => launch(argv).finished;

  it('answers agent with the JSON of the sample, then lists the session', async () => {
    const said = await chela('agent', '-m', 'run echo from-the-tool', '--agent', 'main', '--verbose', 'on', '--json');
    expect(said).toMatchObject({ code: 0, stderr: '' });
    const answer: unknown = JSON.parse(said.stdout);
    // Token counts without a price are left out, and the demonstration spends none.
    const open = [
      'result/meta/agentMeta/usage',
      'result/meta/agentMeta/promptTokens',
      'result/meta/systemPromptReport',
    ];
    expect(missingKeys((await readSample('agent-json')).stdout, answer, open)).toEqual([]);
    expect(said.stdout).toContain('from-the-tool');

    const listed = await chela('sessions', '--json');
    expect(keyDifferences((await readSample('sessions-json')).stdout, JSON.parse(listed.stdout))).toEqual([]);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      count: 1,
      sessions: [{ key: 'agent:main:main', kind: 'direct', verboseLevel: 'on' }],
    });
  });

  it.each([
    ['gateway-usage-json', ['gateway', 'usage-cost', '--json'], []],
    ['gateway-health-json', ['gateway', 'health', '--json'], ['channels', 'channelLabels', 'agents[]/name']],
    [
      'gateway-probe-json',
      ['gateway', 'probe', '--json'],
      ['targets[]/health/channels', 'targets[]/health/channelLabels'],
    ],
    // No service of the system whose definition could be audited.
    ['gateway-status-json', ['gateway', 'status', '--json'], ['service/configAudit']],
    ['status-deep-json', ['status', '--json', '--deep'], ['memory', 'health/channels', 'health/channelLabels']],
    ['status-usage-json', ['status', '--json', '--usage'], ['memory']],
  ])('has every key of %s', async (name, argv, ignored) => {
    const sample = await readSample(name);
    const seen = await chela(...argv);
    expect(seen).toMatchObject({ code: 0, stderr: '' });
    expect(keyDifferences(sample.stdout, JSON.parse(seen.stdout), ignored)).toEqual([]);
  });

  it.each([
    ['gateway-call-bad', ['gateway', 'call', 'nope.nope', '--json']],
    ['url-badtoken', ['gateway', 'call', 'health', '--url', 'URL', '--token', 'wrong', '--json']],
    ['url-timeout', ['gateway', 'call', 'health', '--url', 'URL', '--token', 'TOKEN', '--timeout', '1', '--json']],
  ])('fails like %s', async (name, words) => {
    const { exitCode, stderr } = await readSample(name, { '<HOME>': home.home, '18901': String(gateway.port) });
    // One connection in the first place: the same failure is not told twice.
    const expected = stderr.filter((line) => !line.startsWith('gateway connect failed:'));
    const values: Readonly<Record<string, string>> = { URL: gateway.url, TOKEN: home.token };
    const seen = await chela(...words.map((word) => values[word] ?? word));
    expect(seen).toEqual({ code: exitCode, stdout: '', stderr: `${expected.join('\n')}\n` });
  });

  it('runs no turn of its own while the gateway owns the state, with or without --local', async () => {
    const forms = [
      launch(['agent', '-m', 'run echo twice', '--agent', 'main', '--local']),
      launch(['agent', '-m', 'run echo twice', '--agent', 'main'], { OPENCLAW_GATEWAY_TOKEN: 'wrong' }),
    ];
    for (const form of forms) {
      const { code, stdout, stderr } = await form.finished;
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`a running gateway (process ${gateway.pid}) owns the state directory ${home.stateDir}`);
    }
  });

  it('ends quietly when the reader of its output has left', async () => {
    const unread = launch(['logs', '--limit', '500']);
    unread.child.stdout.destroy();
    expect(await unread.finished).toMatchObject({ code: 0, stderr: '' });
  });

  it('follows the log across a shortened file and a restart of the gateway', async () => {
    const following = launch(['logs', '--follow', '--interval', '100', '--limit', '5']);
    onTestFinished(() => void following.child.kill('SIGKILL'));
    await following.shows('Log file:');
    await truncate(join(home.stateDir, 'gateway.log'), 0);
    await following.shows('shortened or replaced');
    const { port } = gateway;
    await gateway.end('SIGKILL');
    await following.shows('Lost the gateway');
    gateway = await startGateway(home, { env: FROM_SOURCE, port });
    await following.shows('The gateway is back.');
    await following.shows(`(PID ${gateway.pid})`);
  });

  it('gives its port to a gateway that is started with --force', async () => {
    const other = await demoHome();
    const second = await startGateway(other, { env: FROM_SOURCE, port: gateway.port, args: ['--force'] });
    expect(second.output()).toContain(`--force: ending process ${gateway.pid}`);
    expect(gateway.running).toBe(false);
    await second.end();
    await other.remove();
  });
});

describe('without a gateway', () => {
  let home: GatewayHome;
  beforeAll(async () => {
    home = await demoHome();
  });
  afterAll(() => home.remove());

  const NOBODY = 1;
  const run = (argv: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<Finished> =>
    start(process.execPath, [BIN, ...argv], environment(home, NOBODY, extra)).finished;

  it('runs the turn itself to its end and keeps it', async () => {
    const said = await run(['agent', '-m', 'run echo from-the-tool', '--agent', 'main']);
    expect(said.code).toBe(0);
    expect(said.stdout).toContain('from-the-tool');
    expect(said.stderr).toContain('Gateway agent failed; falling back to embedded: Error: gateway closed (1006');
    const local = await run(['agent', '-m', 'hello', '--agent', 'main', '--local', '--json']);
    expect(local).toMatchObject({ code: 0, stderr: '' });
    const open = ['meta/agentMeta/usage', 'meta/agentMeta/promptTokens', 'meta/systemPromptReport'];
    expect(missingKeys((await readSample('agent-local-json')).stdout, JSON.parse(local.stdout), open)).toEqual([]);
    expect(JSON.parse((await run(['sessions', '--json'])).stdout)).toMatchObject({ count: 1 });
  });

  it('prints the release it is and, as openclaw, the release it stands in for', async () => {
    expect(await run(['status', '--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
    const alias = await run(['-v'], { CHELA_INVOKED_AS: 'openclaw' });
    expect(alias.stdout).toBe(`${(await readSample('version')).stdout}\n`);
  });

  it('colours what is no terminal only when told to', async () => {
    const health = ['health', '--json'];
    expect((await run(health)).stderr).not.toContain(ESCAPE);
    expect((await run(health, { FORCE_COLOR: '1' })).stderr).toContain(ESCAPE);
    expect((await run([...health, '--no-color'], { FORCE_COLOR: '1' })).stderr).not.toContain(ESCAPE);
  });

  it.each([
    [['--profile', 'a/b', 'status'], 2, 'Invalid --profile (use letters, numbers, "_", "-" only)'],
    [['gateway', 'run', '--raw-stream'], 1, 'Not supported in this release: --raw-stream'],
  ])('refuses %s', async (argv, code, message) => {
    const seen = await run(argv);
    expect(seen).toMatchObject({ code, stdout: '' });
    expect(seen.stderr).toContain(message);
  });
});
