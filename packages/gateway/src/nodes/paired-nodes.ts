import type { PairedNode } from '@chela/nodes';
import type { DevicePairing } from '../device-pairing.ts';

/** The devices that are paired with the role node. */
export async function pairedNodes(devices: Pick<DevicePairing, 'list'>): Promise<readonly PairedNode[]> {
  const { paired } = await devices.list();
  const nodes = paired.filter(({ role, roles }) => role === 'node' || roles?.includes('node') === true);
  return nodes.map(({ deviceId, displayName, platform, remoteIp }) => ({
    nodeId: deviceId,
    ...(displayName !== undefined && { displayName }),
    ...(platform !== undefined && { platform }),
    ...(remoteIp !== undefined && { remoteIp }),
  }));
}
