import { arch, platform, release } from 'node:os';
import type { CliContext } from '../context.ts';
import { formatAge, formatTokens } from '../format.ts';
import { callGateway, GatewayCallError } from '../gateway-call.ts';
import { type GatewayTarget, resolveTarget } from '../gateway-target.ts';
import { arrayAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';
import { storedSessions } from '../stored-sessions.ts';
import { boxTable } from '../table.ts';

export interface StatusFlags {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly usage?: boolean;
  readonly deep?: boolean;
  readonly timeout: string;
}

interface GatewayFacts {
  readonly mode: string;
  readonly url: string;
  readonly urlSource: string;
  readonly misconfigured: boolean;
  readonly reachable: boolean;
  readonly connectLatencyMs: number | null;
  readonly self: unknown;
  readonly error: string | null;
}

interface Asked {
  readonly gateway: GatewayFacts;
  readonly status: unknown;
  readonly health: unknown;
}

async function ask(context: CliContext, target: GatewayTarget, mode: string, flags: StatusFlags): Promise<Asked> {
  const timeoutMs = Number(flags.timeout);
  const facts = { mode, url: target.url, urlSource: target.source, misconfigured: false };
  const startedAt = context.now();
  try {
    const status = await callGateway(context, target, 'status', {}, { timeoutMs, mode: 'probe' });
    const connectLatencyMs = context.now() - startedAt;
    const presence = await callGateway(context, target, 'system-presence', {}, { timeoutMs, mode: 'probe' });
    const own = Array.isArray(presence) ? presence.find((entry) => textAt(entry, 'mode') === 'gateway') : undefined;
    const self =
      own === undefined
        ? null
        : {
            host: textAt(own, 'host') ?? null,
            ip: textAt(own, 'ip') ?? null,
            version: textAt(own, 'version') ?? null,
            platform: textAt(own, 'platform') ?? null,
          };
    const health = flags.deep
      ? await callGateway(context, target, 'health', { probe: true }, { timeoutMs })
      : undefined;
    return { gateway: { ...facts, reachable: true, connectLatencyMs, self, error: null }, status, health };
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    return {
      gateway: { ...facts, reachable: false, connectLatencyMs: null, self: null, error: error.message },
      status: undefined,
      health: undefined,
    };
  }
}

/** `status`: what can be known from here, and the gateway's own word when it answers. Exit code 0 even when it is down. */
export async function status(context: CliContext, flags: StatusFlags): Promise<void> {
  const loaded = await loadConfig(context);
  const { snapshot, paths } = loaded;
  const target = resolveTarget(context, loaded, {});
  const asked = await ask(context, target, snapshot.config.gateway?.mode ?? 'local', flags);
  const body = asked.gateway.reachable ? recordAt({ s: asked.status }, 's') : await offlineStatus(context, loaded);
  const report = {
    ...body,
    os: { platform: platform(), arch: arch(), release: release(), label: `${platform()} ${release()} (${arch()})` },
    update: { root: null, installKind: 'source' },
    updateChannel: 'stable',
    updateChannelSource: 'default',
    memory: null,
    memoryPlugin: { enabled: false, slot: null },
    gateway: asked.gateway,
    gatewayService: { label: 'none', installed: false, loadedText: 'disabled', runtimeShort: 'foreground' },
    nodeService: { label: 'none', installed: false, loadedText: 'disabled', runtimeShort: 'foreground' },
    agents: agentFacts(body, loaded.snapshot.config),
    securityAudit: { summary: null, findings: [] },
    ...(flags.deep && { health: asked.health ?? null, lastHeartbeat: null }),
  };
  if (flags.json) return context.output.json(report);
  for (const line of statusLines(report, body, target, context.output.columns, paths.stateDir))
    context.output.line(line);
}

function agentFacts(
  body: unknown,
  config: { readonly agents?: { readonly list?: readonly { readonly id: string }[] } },
): unknown {
  const sessions = arrayAt(recordAt(body, 'sessions'), 'byAgent');
  const ids = config.agents?.list?.map((agent) => agent.id) ?? ['main'];
  return {
    defaultId: ids[0] ?? 'main',
    agents: ids.map((id) => ({
      id,
      sessionsCount:
        numberAt(
          sessions.find((row) => textAt(row, 'agentId') === id),
          'count',
        ) ?? 0,
    })),
    totalSessions: numberAt(recordAt(body, 'sessions'), 'count') ?? 0,
  };
}

async function offlineStatus(
  context: CliContext,
  loaded: Awaited<ReturnType<typeof loadConfig>>,
): Promise<Record<string, unknown>> {
  const entries = await storedSessions(loaded);
  const now = context.now();
  const recent = entries.slice(0, 10).map(([key, entry]) => ({
    key,
    sessionId: textAt(entry, 'sessionId'),
    updatedAt: numberAt(entry, 'updatedAt'),
    age: now - (numberAt(entry, 'updatedAt') ?? now),
  }));
  return {
    heartbeat: { defaultAgentId: 'main', agents: [] },
    channelSummary: [],
    queuedSystemEvents: [],
    sessions: { paths: [], count: entries.length, defaults: {}, recent, byAgent: [] },
  };
}

function statusLines(
  report: { gateway: GatewayFacts; os: { label: string } },
  body: unknown,
  target: GatewayTarget,
  width: number,
  stateDir: string,
): string[] {
  const { gateway } = report;
  const sessions = recordAt(body, 'sessions');
  const defaults = recordAt(sessions, 'defaults');
  const reach = gateway.reachable ? `reachable ${gateway.connectLatencyMs}ms` : `unreachable (${gateway.error})`;
  const context = numberAt(defaults, 'contextTokens');
  const overview = boxTable(
    ['Item', 'Value'],
    [
      ['Dashboard', `${target.url.replace(/^ws/, 'http')}/`],
      ['OS', `${report.os.label} · node ${process.versions.node}`],
      ['State', stateDir],
      ['Gateway', `${gateway.mode} · ${gateway.url} (${gateway.urlSource}) · ${reach}`],
      [
        'Sessions',
        `${numberAt(sessions, 'count') ?? 0} stored · default ${textAt(defaults, 'model') ?? 'unknown'}${context ? ` (${formatTokens(context)} ctx)` : ''}`,
      ],
    ],
    width,
  );
  const recent = arrayAt(sessions, 'recent').map((row) => [
    textAt(row, 'key') ?? '?',
    formatAge(numberAt(row, 'age') ?? 0),
    textAt(row, 'model') ?? '-',
  ]);
  const table = recent.length > 0 ? ['', 'Sessions', ...boxTable(['Key', 'Age', 'Model'], recent, width)] : [];
  const next = gateway.reachable ? [] : ['', 'Start it with: chela gateway run'];
  return ['Chela status', '', 'Overview', ...overview, ...table, ...next];
}
