import { isAllowedOrigin } from './origin-rule.ts';
import type { Peer } from './peer.ts';

/**
 * For requests that a proxy vouches for: the browser adds the proof by itself, so the page that asks must be our own.
 * Programs send no Origin and are not concerned. A proxy may rename the host; then it tells the outer name.
 */
export function isSameSite(peer: Peer, allowedOrigins: readonly string[]): boolean {
  if (peer.origin === undefined) return true;
  const forwarded = peer.header('x-forwarded-host')?.split(',')[0];
  return [peer.host, forwarded].some((host) => isAllowedOrigin(peer.origin, host, allowedOrigins));
}
