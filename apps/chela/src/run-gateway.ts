import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSessionMaintenance } from '@chela/agent';
import type { GatewayRunOptions } from '@chela/cli';
import { createConfigEditor, defaultAgentId, ensureFirstRun, gatewayPort, resolveStatePaths } from '@chela/config';
import {
  allMethods,
  announceRestart,
  createBroadcast,
  createFaceReader,
  createGatewayServer,
  createHealthCollector,
  createHealthMonitor,
  createHttpApi,
  createInnerCalls,
  createNodeDoor,
  createPresence,
  createRestartControl,
  createRunFanout,
  createVisibilityReader,
  followConfig,
  type GatewayServer,
  type GatewayServices,
  GatewayStartError,
  type MethodDefinition,
  ownChannelMethods,
  resolveAuth,
  restartByTool,
  securityMethods,
} from '@chela/gateway';
import { logDirectory, rolledLogName, systemClock, type Tracer } from '@chela/observability';
import { type AutomationSeat, createAutomationSeat } from './automation-seat.ts';
import { type Core, createCore } from './core.ts';
import { decisionEvent } from './defense/decision-event.ts';
import { createGatewayAutomation, publishAutomation } from './gateway-automation.ts';
import { acquireGatewayLock, GatewayLockedError } from './gateway-lock.ts';
import { keepHeapLean } from './lean-heap.ts';
import { createMethodServices } from './method-services.ts';
import { type ProcessSignals, watchSignals } from './process-signals.ts';
import { CHELA_VERSION } from './release.ts';
import { keepEnvironment, restartWay } from './restart-way.ts';
import { rollBack } from './roll-back.ts';
import { startScreen } from './start-screen.ts';

const STOP_DRAIN_MS = 3_000;
const STOP_FORCED_MS = 5_000;
const RESTART_FORCED_MS = 35_000;
const EXIT_FAILED = 1;

/** A page lies beside the chunks in a build and in its own package in a checkout. */
function pageDirectory(name: 'control-ui' | 'a2ui', inCheckout: string): string | undefined {
  const candidates = [`../${name}`, inCheckout].map((path) => resolve(import.meta.dirname, path));
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

/** What says that the gateway is there; everything else is answered once it is whole. */
const ANSWERED_AT_ONCE: ReadonlySet<string> = new Set(['health']);

/** Requests that come while unfinished work is taken up and channels load would be told of a gateway without them. */
const afterRecovery = (methods: readonly MethodDefinition[], recovered: Promise<void>): readonly MethodDefinition[] =>
  methods.map((method) =>
    ANSWERED_AT_ONCE.has(method.name)
      ? method
      : {
          ...method,
          async handle(params, context) {
            await recovered;
            return method.handle(params, context);
          },
        },
  );

interface RunningGateway {
  readonly core: Core;
  readonly server: GatewayServer;
  readonly automation: GatewayServices['automation'];
  /** Resolves with the reason when the gateway should restart. */
  readonly restartDue: Promise<string>;
  /** A restart that comes from outside, by signal. */
  restartAsked(): void;
  close(reason: 'stop' | 'restart'): Promise<void>;
}

async function assemble(core: Core, seat: AutomationSeat, options: GatewayRunOptions): Promise<RunningGateway> {
  const { config, store, agent, models, tools, metrics, clock } = core;
  const { logger } = core;
  const broadcast = createBroadcast({ logger, metrics, redact: core.secrets.redact });
  const presence = createPresence({ clock, version: CHELA_VERSION });
  const { devices, nodeServices } = core;
  const { nodes, nodePairing } = nodeServices;
  const collect = createHealthCollector({ config, store, clock, channels: () => core.channels?.current() });
  const health = createHealthMonitor({ collect, broadcast, presence, clock });
  core.channels?.onChange(() => {
    health.refreshInTime(false).catch((error: unknown) => logger.warn('the health refresh failed', { error }));
  });
  const editor = createConfigEditor({ paths: config.paths, env: process.env, logger: logger.child('config'), clock });
  const reloadLogger = logger.child('reload');
  const restart = createRestartControl({ clock, logger: reloadLogger, activeRuns: () => agent.active().length });
  core.restartBy((reason) => restart.schedule({ reason }));
  const services: GatewayServices = {
    version: CHELA_VERSION,
    startedAt: clock.now(),
    config,
    editor,
    restart,
    store,
    agent,
    models,
    tools,
    skills: core.skills,
    hooks: core.hooks,
    broadcast,
    presence,
    health,
    devices,
    approvals: core.approvals,
    approvalsFile: core.approvalsFile,
    ...createGatewayAutomation(core, seat, () => services),
    ...nodeServices,
    channels: () => core.channels?.current(),
    ...createMethodServices(core),
    logger,
    metrics,
    clock,
  };
  const quiet = core.approvals.subscribe(({ event, payload }) => broadcast.send(event, payload, { dropIfSlow: true }));
  const quietAutomation = publishAutomation(services.automation, services);
  const unwatched = core.defense.subscribe((record, eventName) =>
    broadcast.send(eventName, decisionEvent(record), { dropIfSlow: true }),
  );
  const fanout = createRunFanout({
    agent,
    broadcast,
    visibility: createVisibilityReader({ config, store }),
    clock,
    logger,
  });
  const methods = traced(
    afterRecovery(
      [
        ...allMethods(services),
        ...ownChannelMethods(services),
        ...securityMethods({ ...services, security: core.defense.desk }),
      ],
      core.recovered,
    ),
    core.tracer,
  );
  seat.gateway.take({
    ...createInnerCalls({ methods, logger, metrics }),
    restart: (asked) => restartByTool(services, asked),
  });
  const uiDir = pageDirectory('control-ui', '../../control-ui/dist');
  const a2uiDir = pageDirectory('a2ui', '../../control-ui/a2ui/dist');
  const server = await createGatewayServer({
    version: CHELA_VERSION,
    config,
    broadcast,
    presence,
    health,
    devices,
    nodeDoor: createNodeDoor({ nodes, pairing: nodePairing, broadcast, clock, logger: logger.child('nodes') }),
    methods,
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
        ...(options.tailscale !== undefined && { tailscale: options.tailscale }),
      },
    },
    ...(options.tailscaleResetOnExit && { tailscaleResetOnExit: true }),
    httpApi: createHttpApi(services, () => []),
    faceOf: createFaceReader(services),
    ...(options.bind !== undefined && { bind: options.bind }),
    ...(uiDir !== undefined && { uiDir }),
    ...(a2uiDir !== undefined && { a2uiDir }),
  });
  const unfollow = followConfig({ config, restart, channels: core.channels, logger: reloadLogger });
  const cancelAnnouncement = announceRestart(services);
  const maintenance = createSessionMaintenance({
    config: config.current,
    sessions: store.sessions,
    agent,
    clock,
    logger: logger.child('sessions'),
  });
  return {
    core,
    server,
    automation: services.automation,
    restartDue: restart.due,
    restartAsked() {
      if (config.current().commands?.restart === true) restart.schedule({ reason: 'SIGUSR1', delayMs: 0 });
      else logger.warn('SIGUSR1 restart ignored (not authorized; enable commands.restart or use gateway tool).');
    },
    async close(reason) {
      unfollow();
      cancelAnnouncement();
      restart.close();
      await maintenance.close();
      await server.close(reason);
      await services.automation.close(STOP_DRAIN_MS);
      await fanout.close();
      quietAutomation();
      quiet();
      unwatched();
      await core.close(STOP_DRAIN_MS);
    },
  };
}

/** Tells people where to go; a terminal gets the screen, a supervisor's log one line. */
async function announce(running: RunningGateway, options: GatewayRunOptions, firstRun: boolean): Promise<void> {
  const { core, server } = running;
  const { config, logger } = core;
  const host = server.hosts[0] ?? '127.0.0.1';
  const shown = host.includes(':') ? `[${host}]` : host;
  const secure = server.tlsFingerprint === undefined ? '' : 's';
  logger.info(`listening on ws${secure}://${shown}:${server.port} (PID ${process.pid})`);
  if (server.tlsFingerprint !== undefined) logger.info(`certificate fingerprint (SHA-256): ${server.tlsFingerprint}`);
  logger.info(`configuration: ${config.paths.configPath}`);
  const logFile =
    logger.file ?? config.current().logging?.file ?? join(await logDirectory(), rolledLogName(Date.now()));
  logger.info(`log file: ${logFile}`);
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
      pageUrl: `http${secure}://${local}:${server.port}${basePath}/`,
      token: auth.mode === 'token' ? auth.token : undefined,
      tlsFingerprint: server.tlsFingerprint,
      model: `${selection.primary.ref.provider}/${selection.primary.ref.model}`,
      modelSource: selection.source,
      stateDir: config.paths.stateDir,
      configPath: config.paths.configPath,
      logFile,
      firstRun,
      problems: config.snapshot().issues.map((issue) => `${issue.path || '<root>'}: ${issue.message}`),
      startMs: Math.round(performance.now()),
    },
    bold,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Starts the gateway and runs it, over restarts, until it is told to stop. Resolves with the exit code. */
export async function runGateway(options: GatewayRunOptions): Promise<number> {
  const paths = resolveStatePaths(process.env);
  const firstRun = await ensureFirstRun(paths);
  const signals = watchSignals();
  const restoreEnvironment = keepEnvironment(process.env);
  let release: () => Promise<void> = async () => {};
  try {
    release = await acquireGatewayLock(paths.configPath);
    let generation = await runGeneration(options, signals, firstRun.created);
    while (generation.ending === 'restart' && restartWay(process.env) === 'inProcess') {
      restoreEnvironment();
      // Clients come back to where they were, also when any port was good enough the first time.
      const port = options.port === 0 ? { port: generation.port } : {};
      const next = { ...options, ...port };
      generation = await runGeneration(next, signals, false).catch(async (error: unknown) => {
        if (!isConfigFailure(error) || !(await rollBack(generation.configText, error))) throw error;
        return runGeneration(next, signals, false);
      });
    }
    return 0;
  } catch (error) {
    if (!isStartFailure(error)) throw error;
    process.stderr.write(`Gateway failed to start: ${error.message}\n`);
    return EXIT_FAILED;
  } finally {
    signals.close();
    await release();
  }
}

interface Generation {
  readonly ending: 'stop' | 'restart';
  readonly port: number;
  /** The configuration file it started with; null when that was missing or broken. */
  readonly configText: string | null;
}

/** One life of the gateway, from reading the configuration to the closed database. */
async function runGeneration(
  options: GatewayRunOptions,
  signals: ProcessSignals,
  firstRun: boolean,
): Promise<Generation> {
  const seat = createAutomationSeat(systemClock);
  const core = await createCore({
    env: process.env,
    watch: !options.warmUp,
    console: options.warmUp ? false : 1,
    verbose: options.verbose,
    seat,
    isFreshInstall: firstRun,
  });
  await keepHeapLean();
  const running = await start(core, seat, options).catch(async (error: unknown) => {
    await core.close(0);
    throw error;
  });
  const { port } = running.server;
  const atStart = core.config.snapshot();
  const life = { port, configText: atStart.valid ? atStart.raw : null };
  if (options.warmUp) {
    await running.close('stop');
    return { ...life, ending: 'stop' };
  }
  signals.onRestart(running.restartAsked);
  await announce(running, options, firstRun);
  await core.hooks.start();
  const recovered = await core.recover();
  if (recovered.resumed + recovered.ended + recovered.published + recovered.approvals > 0)
    core.logger.child('agent').info('took up unfinished work', { ...recovered });
  running.automation.start();
  const ending = await Promise.race([
    signals.stop.then((signal) => ({ kind: 'stop', why: `received ${signal}; shutting down` }) as const),
    running.restartDue.then((reason) => ({ kind: 'restart', why: `restarting (${reason})` }) as const),
  ]);
  signals.onRestart(undefined);
  core.logger.info(ending.why);
  const forced = setTimeout(() => process.exit(0), ending.kind === 'stop' ? STOP_FORCED_MS : RESTART_FORCED_MS);
  forced.unref();
  await running.close(ending.kind);
  clearTimeout(forced);
  return { ...life, ending: ending.kind };
}

async function start(core: Core, seat: AutomationSeat, options: GatewayRunOptions): Promise<RunningGateway> {
  const mode = core.config.current().gateway?.mode;
  if (mode === 'remote' && !options.allowUnconfigured) {
    throw new GatewayStartError(
      'Gateway start blocked: set gateway.mode=local (current: remote) or pass --allow-unconfigured.',
    );
  }
  return assemble(core, seat, options);
}

const START_FAILURES = new Set(['StoreLockedError', 'StoreUnreadableError', 'StoreFullError']);

/** Start failures that another configuration would not have. */
function isConfigFailure(error: unknown): error is Error {
  return isStartFailure(error) && !START_FAILURES.has(error.name) && !(error instanceof GatewayLockedError);
}

/** Failures that a person can mend; everything else is a defect and shows its stack. */
function isStartFailure(error: unknown): error is Error {
  if (error instanceof GatewayStartError || error instanceof GatewayLockedError) return true;
  return error instanceof Error && (START_FAILURES.has(error.name) || ('code' in error && error.code === 'EADDRINUSE'));
}
