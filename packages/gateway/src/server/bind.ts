import { networkInterfaces } from 'node:os';
import type { Config } from '@chela/config';
import { isListedAddress, isLoopbackAddress } from '../auth/address.ts';
import type { GatewayAuth } from '../auth/resolve-auth.ts';
import type { TailscaleMode } from '../tailscale/exposure.ts';
import { GatewayStartError } from './start-error.ts';

const TAILNET_RANGE = ['100.64.0.0/10'];
const LOOPBACK = '127.0.0.1';
const EVERYWHERE = '0.0.0.0';

export interface BindPlan {
  readonly mode: string;
  /** Tried in order; the first that can be bound is used. */
  readonly hosts: readonly string[];
  /** Also listened on when it works. */
  readonly alsoHost: string | undefined;
}

function tailnetAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ address }) => isListedAddress(address, TAILNET_RANGE))?.address;
}

/** Where to listen (reference config/config.md §12), without ever falling back to a wider address than was asked for. */
export function planBind(config: Config, flag: string | undefined): BindPlan {
  const mode = flag ?? config.gateway?.bind ?? 'loopback';
  switch (mode) {
    case 'loopback':
      return { mode, hosts: [LOOPBACK], alsoHost: '::1' };
    case 'auto':
      return { mode, hosts: [LOOPBACK, EVERYWHERE], alsoHost: '::1' };
    case 'lan':
      return { mode, hosts: [EVERYWHERE], alsoHost: undefined };
    case 'tailnet':
      return { mode, hosts: [tailnetAddress() ?? LOOPBACK], alsoHost: undefined };
    case 'custom':
      return { mode, hosts: [config.gateway?.customBindHost?.trim() || EVERYWHERE], alsoHost: undefined };
    default:
      throw new GatewayStartError(`unknown gateway.bind "${mode}": use loopback, lan, tailnet, auto or custom`);
  }
}

export interface SafetyFacts {
  readonly plan: BindPlan;
  readonly auth: GatewayAuth;
  readonly trustedProxies: readonly string[];
  readonly tailscaleMode: TailscaleMode;
}

/**
 * Refuses to start with a mode that lacks its secret, to be reachable from elsewhere without one, and to hand a port to
 * Tailscale that others reach too (reference config/config.md §12).
 */
export function assertSafeBind({ plan, auth, trustedProxies, tailscaleMode }: SafetyFacts): void {
  const isExposed = plan.mode !== 'auto' && plan.hosts.some((host) => !isLoopbackAddress(host));
  assertSafeTailscale(plan, auth, tailscaleMode);
  if (auth.mode === 'token' && !auth.token && !auth.allowTailscale) {
    throw new GatewayStartError(
      'gateway.auth.mode is "token" but there is no token: set gateway.auth.token or OPENCLAW_GATEWAY_TOKEN',
    );
  }
  if (auth.mode === 'password' && !auth.password) {
    throw new GatewayStartError(
      'gateway.auth.mode is "password" but there is no password: set gateway.auth.password or OPENCLAW_GATEWAY_PASSWORD',
    );
  }
  if (auth.mode === 'trusted-proxy') {
    if (!isExposed) throw new GatewayStartError('gateway.auth.mode "trusted-proxy" needs a bind other than loopback');
    if (trustedProxies.length === 0)
      throw new GatewayStartError('gateway.auth.mode "trusted-proxy" needs gateway.trustedProxies');
    if (auth.trustedProxy.userHeader === '') {
      throw new GatewayStartError('gateway.auth.mode "trusted-proxy" needs gateway.auth.trustedProxy.userHeader');
    }
  }
  if (isExposed && auth.mode === 'none') {
    throw new GatewayStartError(
      `refusing to listen on ${plan.hosts.join(', ')} without a secret: set gateway.auth.token or gateway.auth.password`,
    );
  }
}

function assertSafeTailscale(plan: BindPlan, auth: GatewayAuth, mode: TailscaleMode): void {
  if (mode === 'off') return;
  if (plan.mode !== 'loopback') {
    throw new GatewayStartError(
      `gateway.tailscale.mode "${mode}" needs gateway.bind "loopback": tailscale serve/funnel requires gateway bind=loopback (127.0.0.1)`,
    );
  }
  if (mode === 'funnel' && auth.mode !== 'password') {
    throw new GatewayStartError(
      'gateway.tailscale.mode "funnel" opens the gateway to the internet: tailscale funnel requires gateway auth mode=password (set gateway.auth.password or OPENCLAW_GATEWAY_PASSWORD)',
    );
  }
}
