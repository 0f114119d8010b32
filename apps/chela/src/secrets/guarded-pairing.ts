import type { DevicePairing, DeviceToken } from '@chela/gateway';
import type { NodePairing } from '@chela/nodes';
import type { KnownSecrets } from '@chela/observability';

/** Device pairing whose tokens are known to the redaction before anybody gets them. */
export function guardedDevices(devices: DevicePairing, secrets: KnownSecrets): DevicePairing {
  const known = <Token extends Pick<DeviceToken, 'token'> | undefined>(made: Token): Token => {
    if (made !== undefined) secrets.add('device tokens', [made.token]);
    return made;
  };
  return {
    ...devices,
    async approve(requestId) {
      const device = await devices.approve(requestId);
      for (const token of Object.values(device?.tokens ?? {})) known(token);
      return device;
    },
    ensureToken: async (...asked) => known(await devices.ensureToken(...asked)),
    rotateToken: async (...asked) => known(await devices.rotateToken(...asked)),
  };
}

/** The same for the tokens of nodes. */
export function guardedNodePairing(pairing: NodePairing, secrets: KnownSecrets): NodePairing {
  return {
    ...pairing,
    async approve(requestId) {
      const record = await pairing.approve(requestId);
      if (record !== undefined) secrets.add('node tokens', [record.token]);
      return record;
    },
  };
}
