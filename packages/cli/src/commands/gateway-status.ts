import type { CliContext } from '../context.ts';
import { tildePath } from '../format.ts';
import { callGateway, GatewayCallError } from '../gateway-call.ts';
import { type GatewayTarget, loopbackTarget, resolveTarget, type TargetFlags, targetLines } from '../gateway-target.ts';
import { type LoadedConfig, loadConfig } from '../loaded-config.ts';
import { numberFlag } from '../number-flag.ts';
import { portBusy } from '../port-busy.ts';
import { type PortListener, portListeners } from '../port-listeners.ts';

export interface GatewayStatusFlags extends TargetFlags {
  readonly timeout: string;
  readonly probe: boolean;
  readonly deep?: boolean;
  readonly json?: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;

interface RpcProbe {
  readonly ok: boolean;
  readonly error?: string;
  readonly url: string;
}

interface Binding {
  readonly bindMode: string;
  readonly bindHost: string;
  readonly port: number;
  readonly portSource: string;
  readonly probeUrl: string;
  readonly probeNote?: string;
}

/** Where the local gateway listens by its configuration; the probe goes where the flags say. */
function binding(context: CliContext, loaded: LoadedConfig, target: GatewayTarget): Binding {
  const { gateway } = loaded.current;
  const bindMode = gateway?.bind ?? 'loopback';
  const local = new URL(loopbackTarget(context, loaded).url);
  const wide = bindMode === 'custom' ? (gateway?.customBindHost ?? '0.0.0.0') : '0.0.0.0';
  return {
    bindMode,
    bindHost: bindMode === 'lan' || bindMode === 'custom' ? wide : local.hostname,
    // A scheme's own port is left out of a URL.
    port: Number(local.port || (local.protocol === 'wss:' ? 443 : 80)),
    portSource: 'env/config',
    probeUrl: target.url,
    ...(bindMode === 'loopback' && { probeNote: 'Loopback-only gateway; only local clients can connect.' }),
  };
}

function portHints(busy: boolean, answers: boolean | undefined): string[] {
  if (!busy) return [];
  if (answers === false) return ['Another process is listening on this port.'];
  return ['Gateway already running locally. Stop it or use a different port.'];
}

/** `gateway status`: configuration, port and an RPC probe; always exit code 0 (reference cli/cli.md §2). */
export async function gatewayStatus(context: CliContext, flags: GatewayStatusFlags): Promise<void> {
  const loaded = await loadConfig(context);
  const { snapshot } = loaded;
  const target = resolveTarget(context, loaded, flags);
  const gateway = binding(context, loaded, target);
  const listeners = await portListeners(gateway.port);
  const busy = listeners.length > 0 || (await portBusy(gateway.port));
  const rpc = flags.probe ? await rpcProbe(context, target, numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS)) : undefined;
  const file = { path: snapshot.path, exists: snapshot.exists, valid: snapshot.valid };
  const report = {
    service: {
      label: 'none',
      loaded: false,
      loadedText: 'enabled',
      notLoadedText: 'disabled',
      command: null,
      runtime: { status: 'unknown', detail: 'this release runs in the foreground; use your own supervisor' },
    },
    config: { cli: file, daemon: file },
    gateway,
    port: { port: gateway.port, status: busy ? 'busy' : 'free', listeners, hints: portHints(busy, rpc?.ok) },
    ...(rpc && { rpc }),
    extraServices: [],
  };
  if (flags.json) return context.output.json(report);
  for (const line of statusLines(loaded, gateway, rpc, busy, listeners)) context.output.line(line);
}

function statusLines(
  { snapshot, paths }: LoadedConfig,
  gateway: Binding,
  rpc: RpcProbe | undefined,
  busy: boolean,
  listeners: readonly PortListener[],
): string[] {
  const owners = listeners.map(({ pid, command }) => `process ${pid}, ${command}`).join('; ');
  return [
    'Service: none (runs in the foreground)',
    '',
    `Config (cli): ${tildePath(snapshot.path, paths.homeDir)}${snapshot.valid ? '' : ' (not valid)'}`,
    ...snapshot.issues.map((issue) => `  - ${issue.path || '<root>'}: ${issue.message}`),
    '',
    `Gateway: bind=${gateway.bindMode} (${gateway.bindHost}), port=${gateway.port} (${gateway.portSource})`,
    `Probe target: ${gateway.probeUrl}`,
    `Dashboard: ${gateway.probeUrl.replace(/^ws/, 'http')}/`,
    ...(gateway.probeNote ? [`Probe note: ${gateway.probeNote}`] : []),
    '',
    ...(rpc ? rpcLines(rpc) : []),
    busy
      ? `Listening: ${listeners[0]?.address ?? `127.0.0.1:${gateway.port}`}${owners ? ` (${owners})` : ''}`
      : `Nothing listens on port ${gateway.port}. Start the gateway with: chela gateway run`,
  ];
}

function rpcLines(rpc: RpcProbe): string[] {
  if (rpc.ok) return ['RPC probe: ok'];
  const [first = '', ...rest] = (rpc.error ?? '').split('\n');
  return ['RPC probe: failed', `  ${first}`, ...rest.map((line) => `  ${line}`)];
}

async function rpcProbe(context: CliContext, target: GatewayTarget, timeoutMs: number): Promise<RpcProbe> {
  try {
    await callGateway(context, target, 'status', {}, { timeoutMs, mode: 'probe' });
    return { ok: true, url: target.url };
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    return { ok: false, error: [error.message, ...targetLines(target)].join('\n'), url: target.url };
  }
}
