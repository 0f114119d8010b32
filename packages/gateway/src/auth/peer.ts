import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isListedAddress, isLoopbackAddress, isLoopbackName, plainAddress } from './address.ts';

/** Who is at the other end of a request, as far as headers may be trusted. */
export interface Peer {
  /** The socket's own address. */
  readonly socketIp: string;
  /** The client's address: the socket's, or the one a trusted proxy names. */
  readonly ip: string;
  /** The client's address as shown to people; absent for loopback, which says nothing. */
  readonly shownIp: string | undefined;
  readonly isTrustedProxy: boolean;
  /** Loopback, asked for under a local name, and not forwarded by an unknown proxy (reference protocol/protocol.md §2.4). */
  readonly isLocal: boolean;
  /** The Host header as sent. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly header: (name: string) => string | undefined;
}

export function describePeer(request: IncomingMessage, trustedProxies: readonly string[]): Peer {
  const header = (name: string): string | undefined => {
    const value = request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const socketIp = plainAddress(request.socket.remoteAddress ?? '');
  const isTrustedProxy = isListedAddress(socketIp, trustedProxies);
  const ip = isTrustedProxy ? (forwardedIp(header, trustedProxies) ?? socketIp) : socketIp;
  const forwarded = ['x-forwarded-for', 'x-real-ip', 'x-forwarded-host'].some((name) => header(name) !== undefined);
  const host = header('host');
  const isLocal = isLoopbackAddress(ip) && isLocalHostHeader(host) && (!forwarded || isTrustedProxy);
  const shownIp = isLocal || isLoopbackAddress(ip) ? undefined : ip;
  return { socketIp, ip, shownIp, isTrustedProxy, isLocal, host, origin: header('origin'), header };
}

/** The last address of the chain that is not itself a trusted proxy: what stands before it may be forged. */
function forwardedIp(header: Peer['header'], trustedProxies: readonly string[]): string | undefined {
  const chain = (header('x-forwarded-for') ?? '')
    .split(',')
    .map(withoutPort)
    .filter((entry) => isIP(entry) !== 0);
  const client = chain.findLast((entry) => !isListedAddress(entry, trustedProxies)) ?? chain[0];
  const real = withoutPort(header('x-real-ip') ?? '');
  return client ?? (isIP(real) === 0 ? undefined : real);
}

function withoutPort(entry: string): string {
  const text = entry.trim();
  const bracketed = /^\[([^\]]+)\]/.exec(text)?.[1];
  return plainAddress(bracketed ?? (/^[\d.]+:\d+$/.test(text) ? text.replace(/:\d+$/, '') : text));
}

export interface HostParts {
  /** Without brackets, lower-case. */
  readonly name: string;
  readonly port: string;
}

export function parseHost(host: string | undefined): HostParts | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(host?.trim().toLowerCase() ?? '');
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? undefined : { name, port: match?.[3] ?? '' };
}

function isLocalHostHeader(host: string | undefined): boolean {
  const name = parseHost(host)?.name;
  return name !== undefined && (isLoopbackName(name) || name.endsWith('.ts.net'));
}
