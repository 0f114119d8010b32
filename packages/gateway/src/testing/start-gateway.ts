/** Starts a real gateway on a free port with simple stand-ins for what lies below it; for tests. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config, ConfigService } from '@chela/config';
import { type Clock, type Logger, type Metrics, silentLogger, silentMetrics, systemClock } from '@chela/observability';
import {
  createDeviceIdentity,
  createGatewayClient,
  type DeviceIdentity,
  type GatewayClient,
  type GatewayClientOptions,
} from '@chela/protocol';
import { type BroadcastHub, createBroadcast } from '../create-broadcast.ts';
import { createDevicePairing } from '../create-device-pairing.ts';
import { createHealthMonitor } from '../create-health-monitor.ts';
import { createPresence } from '../create-presence.ts';
import type { DevicePairing } from '../device-pairing.ts';
import type { HealthMonitor } from '../health-monitor.ts';
import type { AgentFace } from '../http/avatar.ts';
import type { MethodDefinition } from '../method.ts';
import type { Presence } from '../presence.ts';
import { createGatewayServer, type GatewayServer, type GatewayServerDeps } from '../server/create-gateway-server.ts';

export const TEST_TOKEN = 'test-token-0123456789';

export interface TestGatewayOptions {
  readonly gateway?: Config['gateway'];
  readonly config?: Config;
  readonly env?: Readonly<Record<string, string>>;
  readonly methods?: (services: TestServices) => readonly MethodDefinition[];
  readonly collect?: (probe: boolean) => Promise<Readonly<Record<string, unknown>>>;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly faces?: Readonly<Record<string, Omit<AgentFace, 'workspaceDir'>>>;
  /** Files of the web page by path; none means that no page is installed. */
  readonly page?: Readonly<Record<string, string>>;
  /** Files of the A2UI page by path; none means that it is not installed. */
  readonly a2uiPage?: Readonly<Record<string, string>>;
  readonly notReady?: () => readonly string[];
  readonly httpApi?: GatewayServerDeps['httpApi'];
}

export interface TestServices {
  readonly broadcast: BroadcastHub;
  readonly presence: Presence;
  readonly health: HealthMonitor;
  readonly devices: DevicePairing;
}

export interface TestGateway extends TestServices, AsyncDisposable {
  readonly server: GatewayServer;
  readonly url: string;
  readonly httpUrl: string;
  readonly stateDir: string;
  readonly workspaceDir: string;
  /** Replaces the running configuration. */
  configure(config: Config): void;
  /** A client with the token and a device of its own, not connected yet; closed with the gateway. */
  client(options?: Partial<GatewayClientOptions>): GatewayClient;
}

function fixedConfig(current: () => Config, stateDir: string): ConfigService {
  const configPath = join(stateDir, 'openclaw.json');
  const snapshot = () => ({
    path: configPath,
    exists: true,
    raw: null,
    parsed: current(),
    config: current(),
    valid: true,
    issues: [],
    warnings: [],
    legacyIssues: [],
  });
  return {
    paths: { homeDir: stateDir, stateDir, configPath },
    current,
    snapshot,
    reload: async () => snapshot(),
    onChange: () => () => {},
    close: async () => {},
  };
}

async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

const TEST_CLIENT = { id: 'test', mode: 'test', version: '1.0.0', platform: 'linux' } as const;

export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const stateDir = await mkdtemp(join(tmpdir(), 'chela-gateway-'));
  const workspaceDir = join(stateDir, 'workspace');
  const uiDir = join(stateDir, 'ui');
  await mkdir(workspaceDir);
  const a2uiDir = join(stateDir, 'a2ui');
  await writeFiles(uiDir, options.page ?? {});
  await writeFiles(a2uiDir, options.a2uiPage ?? {});
  const gateway = options.gateway ?? { auth: { mode: 'token', token: TEST_TOKEN } };
  let config: Config = options.config ?? { gateway };
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? silentLogger();
  const metrics = options.metrics ?? silentMetrics();
  const broadcast = createBroadcast({ logger, metrics });
  const presence = createPresence({ clock, version: '0.0.0-test' });
  const collect = options.collect ?? (async () => ({ ok: true, ts: clock.now() }));
  const health = createHealthMonitor({ collect, broadcast, presence, clock });
  const devices = createDevicePairing({ stateDir, clock, logger });
  const services = { broadcast, presence, health, devices };
  const server = await createGatewayServer({
    ...services,
    version: '0.0.0-test',
    config: fixedConfig(() => config, stateDir),
    methods: options.methods?.(services) ?? [],
    logger,
    metrics,
    clock,
    port: 0,
    auth: { env: options.env ?? {} },
    uiDir,
    a2uiDir,
    faceOf: async (agentId) => {
      const face = options.faces?.[agentId];
      return face && { ...face, workspaceDir };
    },
    ...(options.notReady && { notReady: options.notReady }),
    ...(options.httpApi && { httpApi: options.httpApi }),
  });
  const clients: GatewayClient[] = [];
  const secure = server.tlsFingerprint === undefined ? '' : 's';
  const url = `ws${secure}://127.0.0.1:${server.port}`;
  return {
    ...services,
    server,
    url,
    httpUrl: `http${secure}://127.0.0.1:${server.port}`,
    stateDir,
    workspaceDir,
    configure(next) {
      config = next;
    },
    client(clientOptions = {}) {
      const client = createGatewayClient({
        url,
        token: TEST_TOKEN,
        client: TEST_CLIENT,
        device: newDevice(),
        scopes: ['operator.admin'],
        ...clientOptions,
      });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      await server.close('stop');
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

export const newDevice = (): DeviceIdentity => createDeviceIdentity();
