import { networkInterfaces } from 'node:os';
import { type CliContext, CliFailure } from '../context.ts';
import { GatewayCallError, withGateway } from '../gateway-call.ts';
import { type GatewaySelf, gatewaySelf } from '../gateway-self.ts';
import {
  type GatewayTarget,
  loopbackTarget,
  resolveTarget,
  type TargetFlags,
  tailnetAddress,
} from '../gateway-target.ts';
import { flagAt, recordAt, textAt } from '../json-reader.ts';
import { type LoadedConfig, loadConfig } from '../loaded-config.ts';
import { numberFlag } from '../number-flag.ts';

export interface ProbeFlags extends TargetFlags {
  readonly timeout: string;
  readonly ssh?: string;
  readonly sshIdentity?: string;
  readonly sshAuto?: boolean;
  readonly json?: boolean;
}

const DEFAULT_TIMEOUT_MS = 3_000;

interface ProbedTarget {
  readonly id: string;
  readonly kind: string;
  readonly url: string;
  readonly active: boolean;
  readonly tunnel: null;
  readonly connect: {
    readonly ok: boolean;
    readonly latencyMs: number | null;
    readonly error: string | null;
    readonly close: { code: number; reason: string } | null;
  };
  readonly self: GatewaySelf | null;
  readonly config: unknown;
  readonly health: unknown;
  readonly summary: unknown;
  readonly presence: unknown;
}

function kindOf(target: GatewayTarget): string {
  if (target.source === 'cli --url') return 'explicit';
  return target.source === 'config gateway.remote.url' ? 'configRemote' : 'localLoopback';
}

/** What the gateway says of its configuration, without secrets (reference cli/samples/gateway-probe-json). */
function configFacts(snapshot: unknown): unknown {
  const config = recordAt(snapshot, 'config');
  const gateway = recordAt(config, 'gateway');
  const auth = recordAt(gateway, 'auth');
  const remote = recordAt(gateway, 'remote');
  const controlUi = recordAt(gateway, 'controlUi');
  return {
    path: textAt(snapshot, 'path') ?? null,
    exists: flagAt(snapshot, 'exists'),
    valid: flagAt(snapshot, 'valid'),
    issues: recordAt({ s: snapshot }, 's').issues ?? [],
    legacyIssues: recordAt({ s: snapshot }, 's').legacyIssues ?? [],
    gateway: {
      mode: gateway.mode ?? null,
      bind: gateway.bind ?? null,
      port: gateway.port ?? null,
      controlUiEnabled: controlUi.enabled ?? null,
      controlUiBasePath: controlUi.basePath ?? null,
      authMode: auth.mode ?? null,
      authTokenConfigured: auth.token !== undefined,
      authPasswordConfigured: auth.password !== undefined,
      remoteUrl: remote.url ?? null,
      remoteTokenConfigured: remote.token !== undefined,
      remotePasswordConfigured: remote.password !== undefined,
      tailscaleMode: recordAt(gateway, 'tailscale').mode ?? null,
    },
    discovery: { wideAreaEnabled: recordAt(recordAt(config, 'discovery'), 'wideArea').enabled ?? null },
  };
}

async function probeTarget(context: CliContext, target: GatewayTarget, timeoutMs: number): Promise<ProbedTarget> {
  const kind = kindOf(target);
  const frame = { id: kind, kind, url: target.url, active: true, tunnel: null };
  try {
    return await withGateway(context, target, { timeoutMs, mode: 'probe' }, async (session) => {
      const [health, summary, presence, config] = await Promise.all(
        ['health', 'status', 'system-presence', 'config.get'].map((method) => session.request(method, {})),
      );
      return {
        ...frame,
        connect: { ok: true, latencyMs: session.latencyMs, error: null, close: null },
        self: gatewaySelf(presence),
        config: configFacts(config),
        health,
        summary,
        presence,
      };
    });
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    return {
      ...frame,
      connect: { ok: false, latencyMs: null, error: error.probeMessage, close: error.close ?? null },
      self: null,
      config: null,
      health: null,
      summary: null,
      presence: null,
    };
  }
}

function probeLines(targets: readonly ProbedTarget[], timeoutMs: number): string[] {
  const reachable = targets.some((target) => target.connect.ok);
  const lines = targets.flatMap((target) => [
    `${target.kind === 'localLoopback' ? 'Local loopback' : target.kind === 'configRemote' ? 'Remote (config)' : 'URL'} ${target.url}`,
    target.connect.ok
      ? `  Connect: ok (${target.connect.latencyMs}ms) · RPC: ok`
      : `  Connect: failed - ${target.connect.error}`,
    ...(target.self
      ? [
          `  Gateway: ${target.self.host} (${target.self.ip ?? 'no address'}) · ${target.self.platform} · app ${target.self.version}`,
        ]
      : []),
  ]);
  return [
    'Gateway Status',
    `Reachable: ${reachable ? 'yes' : 'no'}`,
    `Probe budget: ${timeoutMs}ms`,
    '',
    'Targets',
    ...lines,
  ];
}

/** The address somebody gave, else the configured remote gateway, and this machine's own in any case. */
function targetsOf(context: CliContext, loaded: LoadedConfig, flags: ProbeFlags): GatewayTarget[] {
  const local = loopbackTarget(context, loaded);
  const isRemote = flags.url !== undefined || loaded.current.gateway?.remote?.url !== undefined;
  if (!isRemote) return [{ ...local, token: flags.token ?? local.token, password: flags.password ?? local.password }];
  const remoteMode = { ...loaded.current.gateway, mode: 'remote' as const };
  const far = resolveTarget(context, { ...loaded, current: { ...loaded.current, gateway: remoteMode } }, flags);
  return far.url === local.url ? [far] : [far, local];
}

function refuseTunnels(flags: ProbeFlags): void {
  if (flags.ssh === undefined && flags.sshIdentity === undefined && !flags.sshAuto) return;
  throw new CliFailure([
    'Not supported in this release: --ssh, --ssh-identity, --ssh-auto.',
    'Open the tunnel yourself (ssh -N -L 18789:127.0.0.1:18789 user@host), then probe without them.',
  ]);
}

/** `gateway probe`: which gateways are there, who are they, how are they. Exit code 1 when none answers. */
export async function probe(context: CliContext, flags: ProbeFlags): Promise<void> {
  refuseTunnels(flags);
  const startedAt = context.now();
  const timeoutMs = numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS);
  const loaded = await loadConfig(context);
  const wanted = targetsOf(context, loaded, flags);
  const targets = await Promise.all(wanted.map((target) => probeTarget(context, target, timeoutMs)));
  const primary = targets.find((candidate) => candidate.connect.ok);
  const local = new URL(loopbackTarget(context, loaded).url);
  const tailnet = tailnetAddress(networkInterfaces()) ?? null;
  if (flags.json) {
    context.output.json({
      ok: primary !== undefined,
      ts: startedAt,
      durationMs: context.now() - startedAt,
      timeoutMs,
      primaryTargetId: primary?.id ?? null,
      warnings: [],
      network: {
        localLoopbackUrl: `${local.protocol}//127.0.0.1:${local.port}`,
        localTailnetUrl: tailnet && `${local.protocol}//${tailnet}:${local.port}`,
        tailnetIPv4: tailnet,
      },
      discovery: { timeoutMs: 0, count: 0, beacons: [] },
      targets,
    });
  } else for (const line of probeLines(targets, timeoutMs)) context.output.line(line);
  if (!primary) throw new CliFailure([], 1);
}
