import { type Env, firstSet } from '../env.ts';
import { text } from '../json-object.ts';
import type { Config } from '../types.ts';

export type GatewayAuthMode = 'none' | 'token' | 'password' | 'trusted-proxy';

export interface GatewayAuth {
  readonly mode: GatewayAuthMode;
  readonly token?: string;
  readonly password?: string;
  /** `allowTailscale`, or its default: on only behind `tailscale serve` with token auth or none. */
  readonly allowTailscale: boolean;
}

/**
 * How the gateway checks its callers: secrets of the file win over the environment; without a mode a password beats a
 * token, and nothing at all means `none` (reference config/config.md §12, last item).
 */
export function gatewayAuth(config: Config, env: Readonly<Env>): GatewayAuth {
  const section = config.gateway?.auth;
  const token = text(section?.token) ?? firstSet(env, 'OPENCLAW_GATEWAY_TOKEN', 'CLAWDBOT_GATEWAY_TOKEN');
  const password = text(section?.password) ?? firstSet(env, 'OPENCLAW_GATEWAY_PASSWORD', 'CLAWDBOT_GATEWAY_PASSWORD');
  const mode = section?.mode ?? impliedMode(token, password);
  return {
    mode,
    ...(token === undefined ? {} : { token }),
    ...(password === undefined ? {} : { password }),
    allowTailscale:
      section?.allowTailscale ?? (servesTailscale(config) && mode !== 'password' && mode !== 'trusted-proxy'),
  };
}

/** What a client on this machine presents: environment before file (reference config/config.md §12, last item). */
export function clientCredentials(config: Config, env: Readonly<Env>): { token?: string; password?: string } {
  const remote = config.gateway?.mode === 'remote' ? config.gateway.remote : config.gateway?.auth;
  const token = firstSet(env, 'OPENCLAW_GATEWAY_TOKEN', 'CLAWDBOT_GATEWAY_TOKEN') ?? text(remote?.token);
  const password = firstSet(env, 'OPENCLAW_GATEWAY_PASSWORD', 'CLAWDBOT_GATEWAY_PASSWORD') ?? text(remote?.password);
  return { ...(token === undefined ? {} : { token }), ...(password === undefined ? {} : { password }) };
}

function impliedMode(token: string | undefined, password: string | undefined): GatewayAuthMode {
  if (password !== undefined) return 'password';
  return token === undefined ? 'none' : 'token';
}

function servesTailscale(config: Config): boolean {
  return config.gateway?.tailscale?.mode === 'serve';
}
