import { gatewayPort } from '@chela/config';
import { type CliContext, CliFailure } from './context.ts';
import type { LoadedConfig } from './loaded-config.ts';

/** Where a command's request goes and with what; `source` is shown to people when it fails. */
export interface GatewayTarget {
  readonly url: string;
  readonly source: string;
  readonly token: string | undefined;
  readonly password: string | undefined;
  readonly tlsFingerprint: string | undefined;
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
    configPath,
    bind: undefined,
  };
}

/** Resolves URL and credentials in the order of reference cli/cli.md §4. */
export function resolveTarget(context: CliContext, loaded: LoadedConfig, flags: TargetFlags): GatewayTarget {
  const { config, path: configPath } = loaded.snapshot;
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
      configPath,
      bind: gateway.bind,
    };
  }
  const scheme = gateway?.tls?.enabled ? 'wss' : 'ws';
  return {
    url: `${scheme}://127.0.0.1:${gatewayPort(config, env)}`,
    source: 'local loopback',
    token: flags.token ?? (env.OPENCLAW_GATEWAY_TOKEN || env.CLAWDBOT_GATEWAY_TOKEN || gateway?.auth?.token),
    password:
      flags.password ?? (env.OPENCLAW_GATEWAY_PASSWORD || env.CLAWDBOT_GATEWAY_PASSWORD || gateway?.auth?.password),
    tlsFingerprint: undefined,
    configPath,
    bind: gateway?.bind ?? 'loopback',
  };
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
