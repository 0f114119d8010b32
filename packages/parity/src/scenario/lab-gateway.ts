/**
 * Owns one gateway process under test: its private home, its configuration, its fake provider and its end. The
 * command is run by a shell in the foreground, in a process group of its own, so that nothing it starts is left.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownFacts } from '../compare/normalizer.ts';
import { createProviderMock, type ProviderMock } from '../provider/provider-mock.ts';
import { freePort } from './free-port.ts';
import { createLabClient } from './lab-client.ts';
import type { Setup } from './scenario.ts';
import { expand, expandText, type Variables } from './template.ts';

export const LAB_TOKEN = 'parity-lab-token-0123456789abcdef';

const BOOT_TIMEOUT_MS = 120_000;
const PROBE_TIMEOUT_MS = 2_000;
const PROBE_EVERY_MS = 20;
const STOP_GRACE_MS = 15_000;
const SHOWN_OUTPUT_LINES = 20;

export interface LabGateway {
  readonly provider: ProviderMock;
  readonly token: string;
  /** Known after `prepare`. */
  readonly port: number;
  /** Process id of the command's shell while it runs. */
  readonly pid: number | undefined;
  /** The run's folder; HOME and everything else lies below. */
  readonly folder: string;
  /** OPENCLAW_STATE_DIR. */
  readonly stateFolder: string;
  readonly workspace: string;
  /** What `${name}` stands for in the scenario. */
  variables(): Variables;
  known(): KnownFacts;
  /** Makes the folders, the configuration and the files, and starts the fake provider. */
  prepare(): Promise<void>;
  /** Starts the command and waits until it greets. */
  start(): Promise<void>;
  /** Waits until a WebSocket client is greeted. */
  ready(): Promise<void>;
  /** Ends the process group; SIGKILL follows when the signal did not help. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends everything; removes the folder unless it is kept. */
  dispose(options?: { keep: boolean }): Promise<void>;
  /** The end of what the command printed. */
  output(): Promise<string>;
}

export interface LabGatewayOptions {
  /** How long a start may take. */
  readonly bootMs?: number;
}

export function createLabGateway(command: string, setup: Setup, options: LabGatewayOptions = {}): LabGateway {
  const bootMs = options.bootMs ?? BOOT_TIMEOUT_MS;
  const provider = createProviderMock();
  let folder = '';
  let port = 0;
  let providerPort = 0;
  let child: ChildProcess | undefined;

  const home = (): string => join(folder, 'home');
  const state = (): string => join(home(), '.openclaw');
  const workspace = (): string => join(home(), 'workspace');
  const configPath = (): string => join(state(), 'openclaw.json');
  const outputPath = (): string => join(folder, 'gateway.out');

  const variables = (): Variables => ({
    token: LAB_TOKEN,
    port,
    provider: `http://127.0.0.1:${providerPort}`,
    home: home(),
    state: state(),
    workspace: workspace(),
  });

  const output = async (): Promise<string> => {
    const text = await readFile(outputPath(), 'utf8').catch(() => '');
    return text.split('\n').slice(-SHOWN_OUTPUT_LINES).join('\n');
  };

  const ready = async (): Promise<void> => {
    const deadline = Date.now() + bootMs;
    for (;;) {
      const probe = createLabClient({ port, token: LAB_TOKEN });
      try {
        await probe.open(PROBE_TIMEOUT_MS);
        return;
      } catch {
        if (child?.exitCode !== null || Date.now() > deadline) {
          throw new Error(`the gateway did not become ready; its output ends:\n${await output()}`);
        }
        await sleep(PROBE_EVERY_MS);
      } finally {
        await probe.close();
      }
    }
  };

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const running = child;
    if (!running?.pid) return;
    const gone = exited(running);
    killGroup(running.pid, signal);
    await Promise.race([gone, sleep(STOP_GRACE_MS, undefined, { ref: false })]);
    killGroup(running.pid, 'SIGKILL');
    child = undefined;
  };

  return {
    provider,
    token: LAB_TOKEN,
    get port() {
      return port;
    },
    get pid() {
      return child?.pid;
    },
    get folder() {
      return folder;
    },
    get stateFolder() {
      return state();
    },
    get workspace() {
      return workspace();
    },
    variables,
    known: () => ({
      paths: [
        [workspace(), 'workspace'],
        [state(), 'state'],
        [home(), 'home'],
        [folder, 'run'],
      ],
      ports: { [port]: 'port', [providerPort]: 'provider-port' },
      versions: [],
      literals: {},
    }),
    async prepare() {
      folder = await mkdtemp(join(tmpdir(), 'parity-'));
      providerPort = await provider.start();
      port = await freePort();
      await mkdir(workspace(), { recursive: true });
      await mkdir(state(), { recursive: true, mode: 0o700 });
      const config = setup.config ?? {};
      const text = typeof config === 'string' ? expandText(config, variables()) : fileText(expand(config, variables()));
      await writeFile(configPath(), text, { mode: 0o600 });
      for (const [name, content] of Object.entries(setup.files ?? {})) {
        const path = expandText(name, variables());
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, fileText(expand(content, variables())), { mode: 0o600 });
      }
    },
    async start() {
      const out = await open(outputPath(), 'a');
      try {
        child = spawn(command, {
          shell: '/bin/bash',
          detached: true,
          cwd: home(),
          stdio: ['ignore', out.fd, out.fd],
          env: { ...labEnvironment(home(), state(), configPath(), port), ...expandEnv(setup.env ?? {}, variables()) },
        });
      } finally {
        await out.close();
      }
      await ready();
    },
    ready,
    stop,
    async dispose({ keep } = { keep: false }) {
      await stop('SIGKILL');
      await provider.stop();
      if (!keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    output,
  };
}

const fileText = (content: unknown): string =>
  typeof content === 'string' ? content : JSON.stringify(content, null, 2);

const expandEnv = (env: Readonly<Record<string, string>>, variables: Variables): Record<string, string> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, expandText(value, variables)]));

/** A small environment, the same on every machine: no channels, no side services, restarts inside the process. */
function labEnvironment(home: string, state: string, configPath: string, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    TMPDIR: process.env.TMPDIR,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    NO_COLOR: '1',
    HOME: home,
    OPENCLAW_STATE_DIR: state,
    OPENCLAW_CONFIG_PATH: configPath,
    OPENCLAW_GATEWAY_PORT: String(port),
    OPENCLAW_GATEWAY_TOKEN: LAB_TOKEN,
    OPENCLAW_SKIP_CHANNELS: '1',
    OPENCLAW_SKIP_BROWSER_CONTROL_SERVER: '1',
    OPENCLAW_SKIP_GMAIL_WATCHER: '1',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_NO_RESPAWN: '1',
  };
}

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is already gone.
  }
}
