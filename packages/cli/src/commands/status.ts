import { arch, platform, release } from 'node:os';
import { systemClock } from '@chela/observability';
import type { CliContext } from '../context.ts';
import { GatewayCallError, type GatewaySession, withGateway } from '../gateway-call.ts';
import { gatewaySelf } from '../gateway-self.ts';
import { type GatewayTarget, loopbackTarget, resolveTarget } from '../gateway-target.ts';
import { recordAt } from '../json-reader.ts';
import { type LoadedConfig, loadConfig } from '../loaded-config.ts';
import { numberFlag } from '../number-flag.ts';
import { runAudit } from '../security-audit/run-audit.ts';
import { agentFacts } from '../status/agent-facts.ts';
import { offlineStatus } from '../status/offline-status.ts';
import type { GatewayFacts, StatusReport } from '../status/report.ts';
import { statusLines } from '../status/status-lines.ts';

export interface StatusFlags {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly usage?: boolean;
  readonly deep?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly timeout: string;
}

const DEFAULT_TIMEOUT_MS = 10_000;

interface Asked {
  readonly gateway: GatewayFacts;
  readonly status: unknown;
  readonly health: unknown;
}

/** Where the gateway is; a remote mode without an address is shown as such and falls back to this machine. */
function statusTarget(context: CliContext, loaded: LoadedConfig): { target: GatewayTarget; misconfigured: boolean } {
  const { gateway } = loaded.current;
  if (gateway?.mode !== 'remote' || gateway.remote?.url) {
    return { target: resolveTarget(context, loaded, {}), misconfigured: false };
  }
  const source = 'missing gateway.remote.url (fallback local)';
  return { target: { ...loopbackTarget(context, loaded), source }, misconfigured: true };
}

async function askAll(
  session: GatewaySession,
  deep: boolean,
): Promise<Record<'status' | 'presence' | 'health', unknown>> {
  const [status, presence, health] = await Promise.all([
    session.request('status', {}),
    session.request('system-presence', {}),
    deep ? session.request('health', { probe: true }) : undefined,
  ]);
  return { status, presence, health };
}

async function ask(context: CliContext, loaded: LoadedConfig, flags: StatusFlags): Promise<Asked> {
  const { target, misconfigured } = statusTarget(context, loaded);
  const mode = loaded.current.gateway?.mode === 'remote' ? 'remote' : 'local';
  const facts = { mode, url: target.url, urlSource: target.source, misconfigured };
  const options = { timeoutMs: numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS), mode: 'probe' } as const;
  try {
    return await withGateway(context, target, options, async (session) => {
      const { status, presence, health } = await askAll(session, flags.deep === true);
      const self = gatewaySelf(presence);
      const gateway = { ...facts, reachable: true, connectLatencyMs: session.latencyMs, self, error: null };
      return { gateway, status, health };
    });
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    const gateway = { ...facts, reachable: false, connectLatencyMs: null, self: null, error: error.probeMessage };
    return { gateway, status: undefined, health: undefined };
  }
}

/** Asked from here with this machine's credentials, so that it needs no gateway. */
async function quotas(context: CliContext, { paths, current }: LoadedConfig): Promise<unknown> {
  const { createQuotaReader } = await import('@chela/models');
  const clock = { ...systemClock, now: context.now };
  return createQuotaReader({
    config: { current: () => current },
    stateDir: paths.stateDir,
    env: context.env,
    clock,
  }).read();
}

const NO_SERVICE = { label: 'none', installed: false, loadedText: 'disabled', runtimeShort: 'runs in the foreground' };

/** What this release has nothing to say about, in the shape that scripts read. */
const NOT_IN_THIS_RELEASE = {
  update: {
    root: null,
    installKind: 'unknown',
    packageManager: 'unknown',
    deps: { manager: 'unknown', status: 'unknown', lockfilePath: null, markerPath: null, reason: 'not checked' },
    registry: { latestVersion: null },
  },
  updateChannel: 'stable',
  updateChannelSource: 'default',
  memory: null,
  memoryPlugin: { enabled: false, slot: null },
};

/** `status`: what can be known from here, and the gateway's own word when it answers. Exit code 0 even when it is down. */
export async function status(context: CliContext, flags: StatusFlags): Promise<void> {
  const loaded = await loadConfig(context);
  const asked = await ask(context, loaded, flags);
  const body = asked.gateway.reachable
    ? recordAt({ body: asked.status }, 'body')
    : await offlineStatus(context, loaded);
  const now = context.now();
  const report: StatusReport = {
    ...body,
    os: { platform: platform(), arch: arch(), release: release(), label: `${platform()} ${release()} (${arch()})` },
    ...NOT_IN_THIS_RELEASE,
    gateway: asked.gateway,
    gatewayService: NO_SERVICE,
    nodeService: NO_SERVICE,
    agents: await agentFacts(body, loaded, now),
    securityAudit: await runAudit(context, loaded),
    ...(flags.deep && { health: asked.health ?? null }),
    ...(flags.usage && { usage: await quotas(context, loaded) }),
    ...((flags.deep || flags.usage) && { lastHeartbeat: null }),
  };
  if (flags.json) return context.output.json(report);
  const all = flags.all === true || flags.verbose === true || flags.debug === true;
  for (const line of statusLines(report, loaded, { width: context.output.columns, all, now }))
    context.output.line(line);
}
