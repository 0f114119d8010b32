import { isIP } from 'node:net';
import { isLoopbackAddress, plainAddress } from '../auth/address.ts';
import type { Peer } from '../auth/peer.ts';
import type { GatewayAuth } from '../auth/resolve-auth.ts';
import { isSameSite } from '../auth/same-site.ts';
import type { TailscaleWhois } from './whois.ts';

/** Whether `tailscale serve` vouches for a request, so that it needs no secret. */
export type TailscaleCheck = (peer: Peer) => Promise<boolean>;

const PROXY_HEADERS = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'] as const;

/**
 * Accepts what comes from the daemon on this machine with all of its headers, if whois of the forwarded address gives the
 * login in the header (reference protocol/protocol.md §2.4). A browser sends these headers along whatever page asks, so a
 * page of another site gets nothing by them.
 */
export function createTailscaleCheck(deps: {
  readonly auth: () => GatewayAuth;
  readonly whois: TailscaleWhois;
  readonly allowedOrigins: () => readonly string[];
}): TailscaleCheck {
  return async (peer) => {
    if (!deps.auth().allowTailscale || peer.isLocal || !isLoopbackAddress(peer.socketIp)) return false;
    const login = peer.header('tailscale-user-login')?.trim();
    if (!login || !PROXY_HEADERS.every((name) => peer.header(name)?.trim())) return false;
    if (!isSameSite(peer, deps.allowedOrigins())) return false;
    const ip = plainAddress((peer.header('x-forwarded-for') ?? '').split(',').at(-1) ?? '');
    if (isIP(ip) === 0) return false;
    const owner = await deps.whois(ip);
    return owner !== undefined && owner.toLowerCase() === login.toLowerCase();
  };
}
