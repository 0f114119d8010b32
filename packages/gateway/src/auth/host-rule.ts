import { isIP } from 'node:net';
import { isLoopbackAddress, isLoopbackName, plainAddress } from './address.ts';
import { type Peer, parseHost } from './peer.ts';

export interface HostRule {
  /** The port we listen on. */
  readonly port: number;
  readonly machineName: string;
  readonly allowedOrigins: readonly string[];
}

/**
 * Tells a page that reached us by DNS rebinding from everybody else: it comes from this machine, straight to our own
 * port, under a foreign name. Proxies and tunnels name their own port and stay welcome; so do addresses, this machine's
 * name, `*.ts.net` and the hosts of `gateway.controlUi.allowedOrigins`. An unreadable Host is foreign; none at all is not,
 * because a browser always sends one.
 */
export function isForeignHost(peer: Peer, rule: HostRule): boolean {
  if (peer.host === undefined) return false;
  const host = parseHost(peer.host);
  if (!host) return true;
  if (!isLoopbackAddress(peer.socketIp) || peer.isTrustedProxy || host.port !== String(rule.port)) return false;
  if (isLoopbackName(host.name) || isIP(plainAddress(host.name)) !== 0 || host.name.endsWith('.ts.net')) return false;
  const machine = rule.machineName.toLowerCase();
  if (host.name === machine || host.name.split('.')[0] === machine.split('.')[0]) return false;
  return !rule.allowedOrigins.some(
    (origin) => URL.canParse(origin) && new URL(origin).hostname.toLowerCase() === host.name,
  );
}

export const HOST_REFUSAL =
  'Host not allowed: this name is not one of the gateway (add its origin to gateway.controlUi.allowedOrigins to use it)';
