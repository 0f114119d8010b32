import { isIP } from 'node:net';
import { isListedAddress, isLoopbackAddress } from '../auth/address.ts';
import { type BearerOutcome, checkBearer, type HttpGate } from '../auth/bearer.ts';
import type { Peer } from '../auth/peer.ts';

/** Networks of a home, an office, a tailnet: RFC 1918, link-local, CGNAT, ULA. */
const PRIVATE_RANGES = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
  'fe80::/10',
] as const;

/**
 * Who may see the canvas: this machine; whoever may use HTTP; and a device of the private network that is connected right
 * now, because the web view of an app cannot send a secret (reference protocol/http.md §6). An address that an unknown
 * proxy shares with others says nothing, and neither does loopback under a foreign name.
 */
export async function checkCanvasAccess(
  peer: Peer,
  deps: { readonly gate: HttpGate; readonly isConnected: (ip: string) => boolean },
): Promise<BearerOutcome> {
  if (peer.isLocal) return 'allowed';
  const outcome = await checkBearer(deps.gate, peer);
  if (outcome !== 'unauthorized') return outcome;
  return isDevice(peer) && deps.isConnected(peer.ip) ? 'allowed' : 'unauthorized';
}

function isDevice(peer: Peer): boolean {
  if (isIP(peer.ip) === 0 || isLoopbackAddress(peer.ip) || !isListedAddress(peer.ip, PRIVATE_RANGES)) return false;
  const isForwarded = ['x-forwarded-for', 'x-real-ip', 'x-forwarded-host'].some(
    (name) => peer.header(name) !== undefined,
  );
  return !isForwarded || peer.isTrustedProxy;
}
