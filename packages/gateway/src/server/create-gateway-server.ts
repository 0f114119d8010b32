/**
 * The gateway's port: accepts sockets and HTTP, and owns everything that lives as long as they do — connections, the
 * tick, the health refresh. What it serves (methods, services, files) comes from outside.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Config, ConfigService } from '@chela/config';
import type { Clock, Logger, Metrics } from '@chela/observability';
import {
  CLOSE,
  createValidators,
  HEALTH_REFRESH_INTERVAL_MS,
  MAX_PAYLOAD_BYTES,
  SERVICE_RESTART_REASON,
  TICK_INTERVAL_MS,
} from '@chela/protocol';
import type { WebSocket } from 'ws';
import type { HttpGate } from '../auth/bearer.ts';
import { HOST_REFUSAL, type HostRule, isForeignHost } from '../auth/host-rule.ts';
import { describePeer, type Peer } from '../auth/peer.ts';
import type { AuthSources } from '../auth/resolve-auth.ts';
import { createCanvasHost } from '../canvas/canvas-host.ts';
import { type Admission, type AuthenticateDeps, authenticate } from '../connection/authenticate.ts';
import { canvasHostUrl } from '../connection/canvas-host-url.ts';
import { type Connection, createConnection } from '../connection/connection.ts';
import { buildHello, helloMethods } from '../connection/hello.ts';
import { presenceOf } from '../connection/presence-entry.ts';
import { sessionDefaults } from '../connection/session-defaults.ts';
import type { BroadcastHub } from '../create-broadcast.ts';
import type { DevicePairing } from '../device-pairing.ts';
import type { HealthMonitor } from '../health-monitor.ts';
import type { AgentFace } from '../http/avatar.ts';
import { createControlUi } from '../http/control-ui.ts';
import { createHttp } from '../http/create-http.ts';
import type { HttpHandler } from '../http/exchange.ts';
import { createProbes } from '../http/probes.ts';
import type { Caller, MethodDefinition } from '../method.ts';
import type { NodeDoor } from '../nodes/node-door.ts';
import type { Presence } from '../presence.ts';
import { createDispatcher } from '../requests/dispatch.ts';
import { exposeByTailscale } from '../tailscale/exposure.ts';
import { loadTls } from '../tls/load-tls.ts';
import { createAccess } from './access.ts';
import { assertSafeBind, planBind } from './bind.ts';
import { every } from './every.ts';
import { listen } from './listen.ts';
import { createPresenceNotices } from './presence-notices.ts';
import { refuseUpgrade } from './upgrade.ts';

export interface GatewayServerDeps {
  /** Shown as `server.version` of hello-ok. */
  readonly version: string;
  readonly config: ConfigService;
  readonly broadcast: BroadcastHub;
  readonly presence: Presence;
  readonly health: HealthMonitor;
  readonly devices: DevicePairing;
  /** Where connections with the role node take their place; absent: they are only connections. */
  readonly nodeDoor?: NodeDoor;
  readonly methods: readonly MethodDefinition[];
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** 0 takes any free port. */
  readonly port: number;
  /** `--bind`; wins over `gateway.bind`. */
  readonly bind?: string;
  readonly auth: AuthSources;
  /** `--tailscale-reset-on-exit`; the configuration's `gateway.tailscale.resetOnExit` does the same. */
  readonly tailscaleResetOnExit?: boolean;
  /** Folder of the built web page. */
  readonly uiDir?: string;
  /** Folder of the built A2UI page. */
  readonly a2uiDir?: string;
  /** Endpoints for programs; asked before the web page. */
  readonly httpApi?: (gate: HttpGate) => readonly HttpHandler[];
  /** How an agent looks; undefined for an unknown agent. */
  readonly faceOf: (agentId: string) => Promise<AgentFace | undefined>;
  /** Why requests cannot be served right now, e.g. a closed database; asked by /readyz. */
  readonly notReady?: () => readonly string[];
}

export interface GatewayServer {
  readonly port: number;
  /** Addresses that are listened on. */
  readonly hosts: readonly string[];
  /** SHA-256 of the certificate that the port shows; undefined without TLS. */
  readonly tlsFingerprint: string | undefined;
  /** Clients that are ready. */
  connections(): readonly Caller[];
  /** Says goodbye to everybody and gives the port back (reference protocol/protocol.md §9). */
  close(reason: 'stop' | 'restart'): Promise<void>;
}

/** Sockets that have not authenticated yet; more are turned away until some have. */
const HANDSHAKES_LIMIT = 1_024;
/** How long clients have to answer the goodbye of a stopping gateway. */
const STOP_GRACE_MS = 1_000;
const RESTART_EXPECTED_MS = 1_500;
/** hello-ok waits this long for the very first health snapshot. */
const FIRST_HEALTH_WAIT_MS = 1_000;

export async function createGatewayServer(deps: GatewayServerDeps): Promise<GatewayServer> {
  const { broadcast, presence, health, devices, clock, metrics } = deps;
  const logger = deps.logger.child('ws');
  const config = (): Config => deps.config.current();
  const access = createAccess({ config, sources: deps.auth, clock });
  const { auth, limiter, trustedProxies } = access;
  const plan = planBind(config(), deps.bind);
  assertSafeBind({ plan, auth: auth(), trustedProxies: trustedProxies(), tailscaleMode: access.tailscaleMode() });
  const { paths } = deps.config;
  const tls = await loadTls(config(), { paths, clock, logger: deps.logger.child('tls') });
  const validators = createValidators();
  const dispatcher = createDispatcher({ methods: deps.methods, validators, logger, metrics });
  const notices = createPresenceNotices({ clock, broadcast, presence, health });
  const connections = new Set<Connection>();
  const methodNames = helloMethods(deps.methods);
  const startedAt = performance.now() - process.uptime() * 1_000;
  let stopping = false;
  let port = deps.port;

  const hostRule = (): HostRule => ({
    port,
    machineName: hostname(),
    allowedOrigins: access.allowedOrigins(),
  });
  const authenticateDeps: AuthenticateDeps = {
    validators,
    config,
    auth,
    limiter,
    tailscale: access.tailscale,
    devices,
    clock,
    metrics,
    pairingEvents: {
      requested: (request) => broadcast.send('device.pair.requested', request, { dropIfSlow: true }),
      resolved: (input) => {
        const payload = { ...input, decision: 'approved', ts: clock.now() };
        broadcast.send('device.pair.resolved', payload, { dropIfSlow: true });
      },
    },
  };

  /**
   * Background refreshes answer to nobody; a failed one is logged and the last snapshot stays. They ask no vendor: an open
   * connection says by itself how it is.
   */
  function refreshHealth(): Promise<void> {
    return health.refreshInTime(false).then(
      () => undefined,
      (error: unknown) => logger.error('health could not be collected', { error }),
    );
  }

  async function firstHealth(): Promise<void> {
    if (health.last()) return;
    const late = Promise.withResolvers<void>();
    const cancel = clock.after(FIRST_HEALTH_WAIT_MS, late.resolve);
    await Promise.race([refreshHealth(), late.promise]);
    cancel();
  }

  function helloFor(connId: string, admission: Admission, peer: Peer, localAddress: string) {
    return buildHello({
      version: deps.version,
      commit: deps.auth.env?.GIT_COMMIT,
      hostName: hostname(),
      connId,
      methods: methodNames,
      presence: presence.list(),
      health: health.last() ?? {},
      stateVersion: { presence: presence.version, health: health.version },
      uptimeMs: Math.round(performance.now() - startedAt),
      configPath: paths.configPath,
      stateDir: paths.stateDir,
      sessionDefaults: sessionDefaults(config()),
      authMode: auth().mode,
      canvasHostUrl: canvasHostUrl(config(), deps.auth.env ?? {}, {
        peer,
        localAddress,
        port,
        hasTls: tls !== undefined,
      }),
      deviceToken: admission.deviceToken,
    });
  }

  function countConnections(role: string): void {
    const open = [...connections].filter((connection) => connection.caller?.role === role).length;
    metrics.gauge('chela_connections', open, { role });
  }

  function accept(socket: WebSocket, peer: Peer, localAddress: string): void {
    const connId = randomUUID();
    const nonce = randomUUID();
    const connection = createConnection({
      socket,
      connId,
      nonce,
      peer,
      validators,
      dispatcher,
      clock,
      logger,
      async authenticate(params) {
        const outcome = await authenticate(authenticateDeps, { params, peer, nonce });
        if (outcome.ok) await firstHealth();
        return outcome;
      },
      admit(admission) {
        const tracked = presenceOf(connId, admission, peer);
        if (tracked) presence.update(tracked.key, tracked.entry);
        return helloFor(connId, admission, peer, localAddress);
      },
      join(client, admission) {
        const detach = broadcast.attach(client);
        const leaveNodes = deps.nodeDoor?.enter(connId, admission, peer);
        countConnections(client.role);
        void refreshHealth();
        return () => {
          leaveNodes?.();
          detach();
          connections.delete(connection);
          countConnections(client.role);
          const tracked = presenceOf(connId, admission, peer);
          if (!tracked) return;
          presence.update(tracked.key, { reason: 'disconnect' });
          notices.announce();
        };
      },
    });
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  }

  const canvas = createCanvasHost({
    config,
    env: deps.auth.env ?? {},
    paths,
    a2uiDir: deps.a2uiDir,
    gate: access,
    isConnected: (ip) => [...connections].some(({ caller }) => caller?.remoteIp === ip),
    clock,
    logger: deps.logger.child('canvas'),
  });

  const http = createHttp({
    trustedProxies,
    hostRule,
    logger: deps.logger.child('http'),
    handlers: [
      createProbes({
        ...access,
        metrics,
        notReady: () => [...(stopping ? ['the gateway is stopping'] : []), ...(deps.notReady?.() ?? [])],
      }),
      ...(deps.httpApi?.(access) ?? []),
      canvas.handle,
      createControlUi({
        config,
        defaultAgentId: () => sessionDefaults(config()).defaultAgentId,
        uiDir: deps.uiDir,
        faceOf: deps.faceOf,
      }),
    ],
  });

  const { WebSocketServer } = await import('ws');
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_PAYLOAD_BYTES });

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const peer = describePeer(request, trustedProxies());
    const waiting = [...connections].filter((connection) => !connection.caller).length;
    if (stopping) return refuseUpgrade(socket, 503, 'The gateway is stopping');
    // A page always names its origin here; programs that use another name for us are remote clients, and welcome.
    if (peer.origin !== undefined && isForeignHost(peer, hostRule())) return refuseUpgrade(socket, 403, HOST_REFUSAL);
    if (canvas.upgrade(request, socket, head, peer)) return;
    if (waiting >= HANDSHAKES_LIMIT)
      return refuseUpgrade(socket, 503, 'Too many unfinished handshakes, try again later');
    const localAddress = request.socket.localAddress ?? '127.0.0.1';
    sockets.handleUpgrade(request, socket, head, (opened) => accept(opened, peer, localAddress));
  }

  const listeners = await listen(
    plan,
    deps.port,
    { request: (request, response) => void http(request, response), upgrade },
    { tls, logger },
  );
  port = listeners.port;
  const exposure = exposeByTailscale({
    mode: access.tailscaleMode(),
    port,
    resetOnExit: deps.tailscaleResetOnExit ?? config().gateway?.tailscale?.resetOnExit ?? false,
    cli: access.tailscaleCli,
    logger: deps.logger.child('tailscale'),
  });
  void refreshHealth();
  const timers = [
    every(clock, TICK_INTERVAL_MS, () => broadcast.send('tick', { ts: clock.now() }, { dropIfSlow: true })),
    every(clock, HEALTH_REFRESH_INTERVAL_MS, () => void refreshHealth()),
  ];

  return {
    port,
    hosts: listeners.hosts,
    tlsFingerprint: tls?.fingerprint,
    connections: () => [...connections].flatMap((connection) => connection.caller ?? []),
    async close(reason) {
      if (stopping) return;
      stopping = true;
      for (const cancel of timers) cancel();
      notices.close();
      broadcast.send('shutdown', {
        reason: reason === 'restart' ? 'gateway restarting' : 'gateway stopping',
        restartExpectedMs: reason === 'restart' ? RESTART_EXPECTED_MS : null,
      });
      const goodbyes = [...connections].map((connection) =>
        connection.stop(CLOSE.serviceRestart, SERVICE_RESTART_REASON, STOP_GRACE_MS),
      );
      await Promise.all([...goodbyes, canvas.close(), exposure.close()]);
      notices.close();
      sockets.close();
      await listeners.close();
    },
  };
}
