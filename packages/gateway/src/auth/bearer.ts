import type { Peer } from './peer.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { GatewayAuth } from './resolve-auth.ts';
import { checkSharedSecret } from './shared-secret.ts';

export type BearerOutcome = 'allowed' | 'unauthorized' | { readonly retryAfterMs: number };

/** HTTP's bearer secret, tried as token and as password by the auth mode (reference protocol/http.md §0). */
export function checkBearer(auth: GatewayAuth, peer: Peer, limiter: RateLimiter): BearerOutcome {
  const secret = /^Bearer\s+(\S.*)$/i.exec(peer.header('authorization')?.trim() ?? '')?.[1];
  const outcome = checkSharedSecret(auth, { token: secret, password: secret }, peer, limiter);
  if (outcome.ok) return 'allowed';
  if (outcome.failure !== 'rate limited') return 'unauthorized';
  return { retryAfterMs: limiter.lockedForMs('shared-secret', peer.ip) };
}
