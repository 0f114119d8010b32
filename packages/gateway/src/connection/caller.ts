import type { Peer } from '../auth/peer.ts';
import type { Caller } from '../method.ts';
import type { Admission } from './authenticate.ts';

/** The admitted client as handlers know it. */
export function callerOf(connId: string, { params, role, scopes, deviceId }: Admission, peer: Peer): Caller {
  const { id, mode, version, platform, displayName, instanceId } = params.client;
  return {
    connId,
    role,
    scopes,
    client: {
      id,
      mode,
      version,
      platform,
      ...(displayName !== undefined && { displayName }),
      ...(instanceId !== undefined && { instanceId }),
    },
    deviceId,
    isLocal: peer.isLocal,
    caps: new Set(params.caps ?? []),
    remoteIp: peer.shownIp,
  };
}
