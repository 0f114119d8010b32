import type { Peer } from '../auth/peer.ts';
import type { PresenceEntry } from '../presence.ts';
import type { Admission } from './authenticate.ts';

export interface TrackedPresence {
  readonly key: string;
  readonly entry: Omit<PresenceEntry, 'ts'>;
}

/** How a client shows up in presence; command lines come and go unseen (reference protocol/protocol.md §7). */
export function presenceOf(
  connId: string,
  { params, role, scopes, deviceId }: Admission,
  peer: Peer,
): TrackedPresence | undefined {
  const { client } = params;
  if (client.mode === 'cli') return undefined;
  const instanceId = deviceId ?? client.instanceId;
  return {
    key: instanceId ?? connId,
    entry: {
      host: client.displayName ?? client.id,
      ...(peer.shownIp !== undefined && { ip: peer.shownIp }),
      version: client.version,
      platform: client.platform,
      ...(client.deviceFamily !== undefined && { deviceFamily: client.deviceFamily }),
      ...(client.modelIdentifier !== undefined && { modelIdentifier: client.modelIdentifier }),
      mode: client.mode,
      ...(deviceId !== undefined && { deviceId }),
      roles: [role],
      scopes,
      ...(instanceId !== undefined && { instanceId }),
      reason: 'connect',
    },
  };
}
