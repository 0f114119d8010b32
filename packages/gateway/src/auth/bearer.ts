import type { TailscaleCheck } from '../tailscale/identity.ts';
import type { Peer } from './peer.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { GatewayAuth } from './resolve-auth.ts';
import { isSameSite } from './same-site.ts';
import { checkSharedSecret } from './shared-secret.ts';

export type BearerOutcome = 'allowed' | 'unauthorized' | { readonly retryAfterMs: number };

/** What HTTP needs to judge who asks. */
export interface HttpGate {
  readonly auth: () => GatewayAuth;
  readonly limiter: RateLimiter;
  readonly tailscale: TailscaleCheck;
  readonly allowedOrigins: () => readonly string[];
}

/**
 * HTTP's bearer secret, tried as token and as password by the auth mode; else what a proxy vouches for (reference
 * protocol/http.md §0).
 */
export async function checkBearer(gate: HttpGate, peer: Peer): Promise<BearerOutcome> {
  const { limiter } = gate;
  if (await gate.tailscale(peer)) return 'allowed';
  const secret = /^Bearer\s+(\S.*)$/i.exec(peer.header('authorization')?.trim() ?? '')?.[1];
  const outcome = checkSharedSecret(gate.auth(), { token: secret, password: secret }, peer, limiter);
  if (outcome.ok) {
    const isOurs = outcome.method !== 'trusted-proxy' || isSameSite(peer, gate.allowedOrigins());
    return isOurs ? 'allowed' : 'unauthorized';
  }
  if (outcome.failure !== 'rate limited') return 'unauthorized';
  return { retryAfterMs: limiter.lockedForMs('shared-secret', peer.ip) };
}
