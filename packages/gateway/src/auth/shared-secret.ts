import type { AuthFailure } from './failure.ts';
import type { Peer } from './peer.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { GatewayAuth } from './resolve-auth.ts';
import { isSameSecret } from './same-secret.ts';

export interface OfferedSecret {
  readonly token: string | undefined;
  readonly password: string | undefined;
}

export type SecretOutcome =
  | { readonly ok: true; readonly method: 'token' | 'password' | 'trusted-proxy' }
  | { readonly ok: false; readonly failure: AuthFailure };

/** The configured mode's verdict on what a peer offers (reference protocol/protocol.md §2.4). `limiter` undefined counts nothing. */
export function checkSharedSecret(
  auth: GatewayAuth,
  offered: OfferedSecret,
  peer: Peer,
  limiter: RateLimiter | undefined,
): SecretOutcome {
  switch (auth.mode) {
    case 'none':
      return { ok: false, failure: 'refused' };
    case 'trusted-proxy':
      return isVouchedFor(auth, peer) ? { ok: true, method: 'trusted-proxy' } : { ok: false, failure: 'refused' };
    case 'token':
      return checkOne('token', auth.token, offered.token, peer, limiter);
    case 'password':
      return checkOne('password', auth.password, offered.password, peer, limiter);
  }
}

function checkOne(
  method: 'token' | 'password',
  expected: string | undefined,
  given: string | undefined,
  peer: Peer,
  limiter: RateLimiter | undefined,
): SecretOutcome {
  if (limiter && limiter.lockedForMs('shared-secret', peer.ip) > 0) return { ok: false, failure: 'rate limited' };
  if (!expected) return { ok: false, failure: `${method} not configured` };
  if (!given || !isSameSecret(given, expected)) {
    limiter?.failed('shared-secret', peer.ip);
    return { ok: false, failure: given ? `${method} mismatch` : `${method} missing` };
  }
  limiter?.succeeded('shared-secret', peer.ip);
  return { ok: true, method };
}

function isVouchedFor({ trustedProxy }: GatewayAuth, peer: Peer): boolean {
  if (!peer.isTrustedProxy || trustedProxy.userHeader === '') return false;
  if (!trustedProxy.requiredHeaders.every((name) => peer.header(name)?.trim())) return false;
  const user = peer.header(trustedProxy.userHeader)?.trim();
  if (!user) return false;
  return trustedProxy.allowUsers.length === 0 || trustedProxy.allowUsers.includes(user);
}
