import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GatewayRunOptions } from '@chela/cli';
import { defaultAgentId, ensureFirstRun, gatewayPort, resolveStatePaths } from '@chela/config';
import {
  allMethods,
  createBroadcast,
  createDevicePairing,
  createFaceReader,
  createGatewayServer,
  createHealthCollector,
  createHealthMonitor,
  createPresence,
  createRunFanout,
  createVisibilityReader,
  type GatewayServer,
  type GatewayServices,
  GatewayStartError,
  type MethodDefinition,
  resolveAuth,
} from '@chela/gateway';
import { logDirectory, rolledLogName, type Tracer } from '@chela/observability';
import { type Core, createCore } from './core.ts';
import { acquireGatewayLock, GatewayLockedError } from './gateway-lock.ts';
import { CHELA_VERSION } from './release.ts';
import { startScreen } from './start-screen.ts';

const STOP_DRAIN_MS = 3_000;
const STOP_FORCED_MS = 5_000;
const EXIT_FAILED = 1;

/** The page lies beside the chunks in a build and in its own package in a checkout. */
function pageDirectory(): string | undefined {
  const candidates = ['../control-ui', '../../control-ui/dist'].map((path) => resolve(import.meta.dirname, path));
  return candidates.find((directory) => existsSync(resolve(directory, 'index.html')));
}

/** Each request becomes a span when tracing is on; off, the table is used as it is. */
function traced(methods: readonly MethodDefinition[], tracer: Tracer | undefined): readonly MethodDefinition[] {
  if (!tracer) return methods;
  return methods.map((method) => ({
    ...method,
    handle: (params, context) =>
      tracer.span(`rpc ${method.name}`, { 'rpc.method': method.name, 'client.id': context.caller.client.id }, () =>
        method.handle(params, context),
      ),
  }));
}

interface RunningGateway {
  readonly core: Core;
  readonly server: GatewayServer;
  close(): Promise<void>;
}

async function assemble(core: Core, options: GatewayRunOptions): Promise<RunningGateway> {
  const { config, store, agent, models, tools, metrics, clock } = core;
  const { logger } = core;
  const broadcast = createBroadcast({ logger, metrics });
  const presence = createPresence({ clock, version: CHELA_VERSION });
  const devices = createDevicePairing({ stateDir: config.paths.stateDir, clock, logger });
  const collect = createHealthCollector({ config, store, clock });
  const health = createHealthMonitor({ collect, broadcast, presence });
  const services: GatewayServices = {
    version: CHELA_VERSION,
    startedAt: clock.now(),
    config,
    store,
    agent,
    models,
    tools,
    broadcast,
    presence,
    health,
    devices,
    logger,
    metrics,
    clock,
  };
  const fanout = createRunFanout({
    agent,
    broadcast,
    visibility: createVisibilityReader({ config, store }),
    clock,
    logger,
  });
  const uiDir = pageDirectory();
  const server = await createGatewayServer({
    version: CHELA_VERSION,
    config,
    broadcast,
    presence,
    health,
    devices,
    methods: traced(allMethods(services), core.tracer),
    logger,
    metrics,
    clock,
    port: options.port ?? gatewayPort(config.current(), process.env),
    auth: {
      env: process.env,
      flags: {
        ...(options.auth !== undefined && { mode: options.auth }),
        ...(options.token !== undefined && { token: options.token }),
        ...(options.password !== undefined && { password: options.password }),
      },
    },
    faceOf: createFaceReader(services),
    ...(options.bind !== undefined && { bind: options.bind }),
    ...(uiDir !== undefined && { uiDir }),
  });
  return {
    core,
    server,
    async close() {
      await server.close('stop');
      await fanout.close();
      await core.close(STOP_DRAIN_MS);
    },
  };
}

/** Resolves with the first signal that asks the process to stop. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done(signal));
  });
}

/** Tells people where to go; a terminal gets the screen, a supervisor's log one line. */
async function announce(running: RunningGateway, options: GatewayRunOptions, firstRun: boolean): Promise<void> {
  const { core, server } = running;
  const { config, logger } = core;
  const host = server.hosts[0] ?? '127.0.0.1';
  const shown = host.includes(':') ? `[${host}]` : host;
  logger.info(`listening on ws://${shown}:${server.port} (PID ${process.pid})`);
  if (!process.stdout.isTTY) return;
  const auth = resolveAuth(config.current(), {
    env: process.env,
    flags: options.token === undefined ? {} : { token: options.token },
  });
  const selection = await core.models.select({ agentId: defaultAgentId(config.current()) }).catch((error: unknown) => ({
    primary: { ref: { provider: 'none', model: error instanceof Error ? error.message : String(error) } },
    source: 'not usable',
  }));
  const local = host === '0.0.0.0' ? '127.0.0.1' : shown;
  const basePath = config.current().gateway?.controlUi?.basePath ?? '';
  const bold = process.env.NO_COLOR ? (text: string) => text : (text: string) => `\u001b[1m${text}\u001b[22m`;
  const lines = startScreen(
    {
      version: CHELA_VERSION,
      wsUrl: `ws://${local}:${server.port}`,
      pageUrl: `http://${local}:${server.port}${basePath}/`,
      token: auth.mode === 'token' ? auth.token : undefined,
      model: `${selection.primary.ref.provider}/${selection.primary.ref.model}`,
      modelSource: selection.source,
      stateDir: config.paths.stateDir,
      configPath: config.paths.configPath,
      logFile: logger.file ?? config.current().logging?.file ?? join(await logDirectory(), rolledLogName(Date.now())),
      firstRun,
      problems: config.snapshot().issues.map((issue) => `${issue.path || '<root>'}: ${issue.message}`),
      startMs: Math.round(performance.now()),
    },
    bold,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Starts the gateway and runs it until it is told to stop. Resolves with the exit code. */
export async function runGateway(options: GatewayRunOptions): Promise<number> {
  const paths = resolveStatePaths(process.env);
  const firstRun = await ensureFirstRun(paths);
  let release: () => Promise<void> = async () => {};
  let core: Core | undefined;
  try {
    release = await acquireGatewayLock(paths.configPath);
    core = await createCore({
      env: process.env,
      watch: !options.warmUp,
      console: options.warmUp ? false : 1,
      verbose: options.verbose,
    });
    const mode = core.config.current().gateway?.mode;
    if (mode === 'remote' && !options.allowUnconfigured) {
      throw new GatewayStartError(
        'Gateway start blocked: set gateway.mode=local (current: remote) or pass --allow-unconfigured.',
      );
    }
    const running = await assemble(core, options);
    if (options.warmUp) {
      await running.close();
      return 0;
    }
    const stopping = stopSignal();
    await announce(running, options, firstRun.created);
    const recovered = await core.agent.recover();
    if (recovered.resumed + recovered.ended + recovered.published > 0)
      core.logger.child('agent').info('took up unfinished work', { ...recovered });
    const signal = await stopping;
    core.logger.info(`received ${signal}; shutting down`);
    setTimeout(() => process.exit(0), STOP_FORCED_MS).unref();
    await running.close();
    return 0;
  } catch (error) {
    if (!isStartFailure(error)) throw error;
    process.stderr.write(`Gateway failed to start: ${error.message}\n`);
    await core?.close(0);
    return EXIT_FAILED;
  } finally {
    await release();
  }
}

const START_FAILURES = new Set(['StoreLockedError', 'StoreUnreadableError', 'StoreFullError']);

/** Failures that a person can mend; everything else is a defect and shows its stack. */
function isStartFailure(error: unknown): error is Error {
  if (error instanceof GatewayStartError || error instanceof GatewayLockedError) return true;
  return error instanceof Error && (START_FAILURES.has(error.name) || ('code' in error && error.code === 'EADDRINUSE'));
}
