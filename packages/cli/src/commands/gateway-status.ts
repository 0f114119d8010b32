import { createConnection } from 'node:net';
import type { CliContext } from '../context.ts';
import { tildePath } from '../format.ts';
import { callGateway } from '../gateway-call.ts';
import { resolveTarget, type TargetFlags } from '../gateway-target.ts';
import { loadConfig } from '../loaded-config.ts';

export interface GatewayStatusFlags extends TargetFlags {
  readonly timeout: string;
  readonly probe: boolean;
  readonly deep?: boolean;
  readonly json?: boolean;
}

const CONNECT_CHECK_MS = 500;

/** Whether something listens on a local port. */
function portBusy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const finish = (busy: boolean): void => {
      socket.destroy();
      resolve(busy);
    };
    socket.setTimeout(CONNECT_CHECK_MS, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/** `gateway status`: configuration, port and an RPC probe; always exit code 0 (reference cli/cli.md §2). */
export async function gatewayStatus(context: CliContext, flags: GatewayStatusFlags): Promise<void> {
  const loaded = await loadConfig(context);
  const { snapshot, paths } = loaded;
  const target = resolveTarget(context, loaded, flags);
  const port = Number(new URL(target.url).port || (target.url.startsWith('wss') ? 443 : 80));
  const bindMode = snapshot.config.gateway?.bind ?? 'loopback';
  const bindHost =
    bindMode === 'lan'
      ? '0.0.0.0'
      : bindMode === 'custom'
        ? (snapshot.config.gateway?.customBindHost ?? '0.0.0.0')
        : '127.0.0.1';
  const busy = await portBusy(port);
  const rpc = flags.probe ? await rpcProbe(context, target, Number(flags.timeout)) : undefined;
  const note = bindMode === 'loopback' ? 'Loopback-only gateway; only local clients can connect.' : undefined;
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
    gateway: {
      bindMode,
      bindHost,
      port,
      portSource: 'env/config',
      probeUrl: target.url,
      ...(note && { probeNote: note }),
    },
    port: { port, status: busy ? 'busy' : 'free', listeners: [], hints: [] },
    ...(rpc && { rpc }),
    extraServices: [],
  };
  if (flags.json) return context.output.json(report);
  const lines = [
    'Service: none (runs in the foreground)',
    `Config: ${tildePath(snapshot.path, paths.homeDir)}${snapshot.valid ? '' : ' (invalid)'}`,
    ...snapshot.issues.map((issue) => `  - ${issue.path || '<root>'}: ${issue.message}`),
    '',
    `Gateway: bind=${bindMode} (${bindHost}), port=${port} (env/config)`,
    `Probe target: ${target.url}`,
    `Dashboard: ${target.url.replace(/^ws/, 'http')}/`,
    ...(note ? [`Probe note: ${note}`] : []),
    '',
    ...(rpc ? [rpc.ok ? 'RPC probe: ok' : `RPC probe: failed - ${rpc.error}`] : []),
    busy ? `Listening: 127.0.0.1:${port}` : `Nothing listens on port ${port}. Start it with: chela gateway run`,
  ];
  for (const line of lines) context.output.line(line);
}

async function rpcProbe(
  context: CliContext,
  target: ReturnType<typeof resolveTarget>,
  timeoutMs: number,
): Promise<{ ok: boolean; url: string; error?: string }> {
  try {
    await callGateway(context, target, 'status', {}, { timeoutMs, mode: 'probe' });
    return { ok: true, url: target.url };
  } catch (error) {
    return { ok: false, url: target.url, error: error instanceof Error ? error.message : String(error) };
  }
}
