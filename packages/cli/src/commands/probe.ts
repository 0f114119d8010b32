import { type CliContext, CliFailure } from '../context.ts';
import { GatewayCallError, probeGateway } from '../gateway-call.ts';
import { type GatewayTarget, resolveTarget, type TargetFlags } from '../gateway-target.ts';
import { flagAt, recordAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';

export interface ProbeFlags extends TargetFlags {
  readonly timeout: string;
  readonly json?: boolean;
}

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
  readonly self: unknown;
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

/** The gateway's own presence entry. */
function selfEntry(presence: unknown): unknown {
  const entries = Array.isArray(presence) ? presence : [];
  const own = entries.find((entry) => textAt(entry, 'mode') === 'gateway') ?? null;
  return own === null
    ? null
    : {
        host: textAt(own, 'host') ?? null,
        ip: textAt(own, 'ip') ?? null,
        version: textAt(own, 'version') ?? null,
        platform: textAt(own, 'platform') ?? null,
      };
}

async function probeTarget(context: CliContext, target: GatewayTarget, timeoutMs: number): Promise<ProbedTarget> {
  const kind = kindOf(target);
  const frame = { id: kind, kind, url: target.url, active: true, tunnel: null };
  try {
    const seen = await probeGateway(context, target, timeoutMs);
    return {
      ...frame,
      connect: { ok: true, latencyMs: seen.latencyMs, error: null, close: null },
      self: selfEntry(seen.presence),
      config: configFacts(seen.config),
      health: seen.health,
      summary: seen.status,
      presence: seen.presence,
    };
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    return {
      ...frame,
      connect: { ok: false, latencyMs: null, error: error.message, close: error.close ?? null },
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
          `  Gateway: ${textAt(target.self, 'host')} (${textAt(target.self, 'ip') ?? 'no address'}) · ${textAt(target.self, 'platform')} · app ${textAt(target.self, 'version')}`,
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

/** `gateway probe`: is the gateway there, who is it, how is it. Exit code 1 when nothing answers. */
export async function probe(context: CliContext, flags: ProbeFlags): Promise<void> {
  const startedAt = context.now();
  const timeoutMs = Number(flags.timeout);
  const target = resolveTarget(context, await loadConfig(context), flags);
  const targets = [await probeTarget(context, target, timeoutMs)];
  const primary = targets.find((candidate) => candidate.connect.ok);
  if (flags.json) {
    context.output.json({
      ok: primary !== undefined,
      ts: startedAt,
      durationMs: context.now() - startedAt,
      timeoutMs,
      primaryTargetId: primary?.id ?? null,
      warnings: [],
      network: { localLoopbackUrl: target.url, localTailnetUrl: null, tailnetIPv4: null },
      discovery: { timeoutMs: 0, count: 0, beacons: [] },
      targets,
    });
  } else for (const line of probeLines(targets, timeoutMs)) context.output.line(line);
  if (!primary) throw new CliFailure([], 1);
}
