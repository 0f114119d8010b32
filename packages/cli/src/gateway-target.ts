import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { type Config, clientCredentials, gatewayPort, resolveStatePaths, tlsFiles } from '@chela/config';
import { type CliContext, CliFailure } from './context.ts';
import type { LoadedConfig } from './loaded-config.ts';

/** Where a command's request goes and with what; `source` is shown to people when it fails. */
export interface GatewayTarget {
  readonly url: string;
  readonly source: string;
  readonly token: string | undefined;
  readonly password: string | undefined;
  readonly tlsFingerprint: string | undefined;
  /** The certificate of this machine's own gateway, which stands in for a fingerprint. */
  readonly tlsCertPath: string | undefined;
  readonly configPath: string;
  readonly bind: string | undefined;
}

export interface TargetFlags {
  readonly url?: string;
  readonly token?: string;
  readonly password?: string;
}

/** `--url` needs its own credentials, so that a stored secret never goes to an address somebody typed. */
function fromFlags(flags: TargetFlags & { url: string }, configPath: string): GatewayTarget {
  if (!flags.token && !flags.password) {
    throw new CliFailure([
      'gateway url override requires explicit credentials',
      'Fix: pass --token or --password (or gatewayToken in tools).',
      `Config: ${configPath}`,
    ]);
  }
  return {
    url: flags.url,
    source: 'cli --url',
    token: flags.token,
    password: flags.password,
    tlsFingerprint: undefined,
    tlsCertPath: undefined,
    configPath,
    bind: undefined,
  };
}

/** Resolves URL and credentials in the order of reference cli/cli.md §4. */
export function resolveTarget(context: CliContext, loaded: LoadedConfig, flags: TargetFlags): GatewayTarget {
  const { current: config } = loaded;
  const { path: configPath } = loaded.snapshot;
  const { env } = context;
  if (flags.url) return fromFlags({ ...flags, url: flags.url }, configPath);
  const { gateway } = config;
  if (gateway?.mode === 'remote') {
    const { remote } = gateway;
    if (!remote?.url) {
      throw new CliFailure([
        'gateway remote mode misconfigured: gateway.remote.url missing',
        `Config: ${configPath}`,
        'Fix: set gateway.remote.url, or set gateway.mode=local.',
      ]);
    }
    return {
      url: remote.url,
      source: 'config gateway.remote.url',
      token: flags.token ?? remote.token,
      password: flags.password ?? (env.OPENCLAW_GATEWAY_PASSWORD || env.CLAWDBOT_GATEWAY_PASSWORD || remote.password),
      tlsFingerprint: remote.tlsFingerprint,
      tlsCertPath: undefined,
      configPath,
      bind: gateway.bind,
    };
  }
  const stored = clientCredentials(config, env);
  return {
    ...localAddress(config, env),
    token: flags.token ?? stored.token,
    password: flags.password ?? stored.password,
    tlsFingerprint: undefined,
    tlsCertPath: gateway?.tls?.enabled ? tlsFiles(config, resolveStatePaths(env)).certPath : undefined,
    configPath,
    bind: gateway?.bind ?? 'loopback',
  };
}

/**
 * The gateway of this machine. Loopback reaches every binding but the tailnet's; there the Tailscale address is the
 * only one.
 */
function localAddress(config: Config, env: NodeJS.ProcessEnv): { readonly url: string; readonly source: string } {
  const scheme = config.gateway?.tls?.enabled ? 'wss' : 'ws';
  const port = gatewayPort(config, env);
  const tailnet = config.gateway?.bind === 'tailnet' ? tailnetAddress(networkInterfaces()) : undefined;
  if (tailnet !== undefined) return { url: `${scheme}://${tailnet}:${port}`, source: `local tailnet ${tailnet}` };
  return { url: `${scheme}://127.0.0.1:${port}`, source: 'local loopback' };
}

/** The loopback address, whatever the configuration says of a remote gateway. */
export function loopbackTarget(context: CliContext, loaded: LoadedConfig): GatewayTarget {
  const { remote: _remote, mode: _mode, ...gateway } = loaded.current.gateway ?? {};
  return resolveTarget(context, { ...loaded, current: { ...loaded.current, gateway } }, {});
}

/** The first IPv4 address out of 100.64.0.0/10, which Tailscale gives out. */
export function tailnetAddress(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string | undefined {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.find(({ family, address }) => {
    const [first, second = 0] = address.split('.').map(Number);
    return family === 'IPv4' && first === 100 && second >= 64 && second < 128;
  })?.address;
}

/** The lines that follow a failed request: where it went and why there. */
export function targetLines(target: GatewayTarget): string[] {
  return [
    `Gateway target: ${target.url}`,
    `Source: ${target.source}`,
    `Config: ${target.configPath}`,
    ...(target.bind ? [`Bind: ${target.bind}`] : []),
  ];
}
