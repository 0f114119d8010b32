import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const BIN = resolve(import.meta.dirname, '../../apps/chela/bin/chela.mjs');
const READY_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;

export interface GatewayHome {
  readonly home: string;
  readonly stateDir: string;
  readonly workspace: string;
  readonly token: string;
  /** Writes `openclaw.json`; a string is written as it is. */
  writeConfig(config: unknown): Promise<void>;
  remove(): Promise<void>;
}

/** A private home with an empty state directory. */
export async function createHome(): Promise<GatewayHome> {
  const home = await mkdtemp(join(tmpdir(), 'chela-test-'));
  const stateDir = join(home, '.openclaw');
  const workspace = join(home, 'workspace');
  await mkdir(stateDir, { mode: 0o700 });
  await mkdir(workspace);
  return {
    home,
    stateDir,
    workspace,
    token: randomBytes(16).toString('hex'),
    writeConfig: (config) =>
      writeFile(
        join(stateDir, 'openclaw.json'),
        typeof config === 'string' ? config : JSON.stringify(config, null, 2),
        { mode: 0o600 },
      ),
    remove: () => rm(home, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A configuration with one fake provider, the way most tests want it. */
export function mockConfig(
  home: GatewayHome,
  providerUrl: string,
  extra: Record<string, unknown> = {},
): Record<string, unknown> {
  const model = {
    id: 'm1',
    name: 'm1',
    reasoning: false,
    input: ['text', 'image'],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 128_000,
    maxTokens: 4096,
  };
  return {
    gateway: { mode: 'local', bind: 'loopback', auth: { mode: 'token', token: home.token } },
    logging: { file: join(home.stateDir, 'logs', 'gateway.log') },
    models: {
      providers: {
        mock: { baseUrl: `${providerUrl}/v1`, apiKey: 'dummy-key', api: 'openai-completions', models: [model] },
      },
    },
    agents: {
      defaults: { model: { primary: 'mock/m1' }, workspace: home.workspace, skipBootstrap: true, maxConcurrent: 16 },
    },
    ...extra,
  };
}

export interface GatewayProcess {
  readonly port: number;
  readonly url: string;
  readonly httpUrl: string;
  readonly pid: number;
  /** Everything it printed so far. */
  output(): string;
  /** Sends a signal and resolves when the process is gone. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  readonly running: boolean;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly port?: number;
  /** Largest file the process may write, in blocks of 1,024 bytes: a full disk without a disk. */
  readonly fileLimitBlocks?: number;
}

/** The command and arguments that start the executable, behind a shell's file limit when one is asked for. */
function commandLine(options: StartOptions): [string, string[]] {
  const args = [BIN, 'gateway', 'run', '--port', String(options.port ?? 0), ...(options.args ?? [])];
  if (options.fileLimitBlocks === undefined) return [process.execPath, args];
  return [
    '/bin/bash',
    ['-c', `ulimit -f ${options.fileLimitBlocks}; trap '' XFSZ; exec "$0" "$@"`, process.execPath, ...args],
  ];
}

/** Starts the real executable and resolves when it says that it listens. */
export async function startGateway(home: GatewayHome, options: StartOptions = {}): Promise<GatewayProcess> {
  const [command, args] = commandLine(options);
  const child = spawn(command, args, {
    cwd: home.home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      NO_COLOR: '1',
      HOME: home.home,
      OPENCLAW_STATE_DIR: home.stateDir,
      OPENCLAW_CONFIG_PATH: join(home.stateDir, 'openclaw.json'),
      ...options.env,
    },
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const port = await listeningPort(child, () => printed);
  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    httpUrl: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    output: () => printed,
    end: (signal = 'SIGTERM') => endProcess(child, signal),
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
  };
}

/** Starts another command of the executable on a home of its own. */
export function spawnChela(
  home: GatewayHome,
  args: readonly string[],
): { output(): string; end(signal?: NodeJS.Signals): Promise<number | null> } {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: home.home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, TZ: 'UTC', NO_COLOR: '1', HOME: home.home, OPENCLAW_STATE_DIR: home.stateDir },
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
  return { output: () => printed, end: (signal = 'SIGTERM') => endProcess(child, signal) };
}

function listeningPort(child: ChildProcess, printed: () => string): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const fail = (why: string): void => reject(new Error(`${why}; it printed:\n${printed()}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('the gateway did not become ready');
    }, READY_TIMEOUT_MS);
    const look = (): void => {
      const port = /(?<!Debugger )listening on wss?:\/\/[^\s:]+:(\d+)/.exec(printed())?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolvePort(Number(port));
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`the gateway ended with ${code ?? signal}`);
    });
  });
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(timer);
  return child.exitCode;
}
