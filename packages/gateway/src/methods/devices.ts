import { invalidRequest } from '@chela/protocol';
import type { DeviceToken, PairedDevice } from '../device-pairing.ts';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

/** Pairing requests, paired devices and their tokens (reference protocol/protocol.md §4). Token values leave only through rotate. */
export const deviceMethods: MethodFamily = ({ devices, broadcast, clock }) => {
  const { row } = createRowBuilder();
  const announce = (requestId: string, deviceId: string, decision: 'approved' | 'rejected'): void =>
    broadcast.send('device.pair.resolved', { requestId, deviceId, decision, ts: clock.now() }, { dropIfSlow: true });

  return [
    row({
      name: 'device.pair.list',
      params: 'DevicePairListParams',
      async handle() {
        const { pending, paired } = await devices.list();
        return { pending, paired: paired.map(shownDevice) };
      },
    }),
    row({
      name: 'device.pair.approve',
      params: 'DevicePairApproveParams',
      async handle({ requestId }) {
        const device = await devices.approve(requestId);
        if (device === undefined) throw invalidRequest('unknown requestId');
        announce(requestId, device.deviceId, 'approved');
        return { requestId, device: shownDevice(device) };
      },
    }),
    row({
      name: 'device.pair.reject',
      params: 'DevicePairRejectParams',
      async handle({ requestId }) {
        const request = await devices.reject(requestId);
        if (request === undefined) throw invalidRequest('unknown requestId');
        announce(requestId, request.deviceId, 'rejected');
        return { requestId, deviceId: request.deviceId };
      },
    }),
    row({
      name: 'device.token.rotate',
      params: 'DeviceTokenRotateParams',
      async handle({ deviceId, role, scopes }) {
        const token = await devices.rotateToken(deviceId, role, scopes);
        if (token === undefined) throw invalidRequest('unknown deviceId/role');
        const rotatedAtMs = token.rotatedAtMs ?? token.createdAtMs;
        return { deviceId, role: token.role, token: token.token, scopes: token.scopes, rotatedAtMs };
      },
    }),
    row({
      name: 'device.token.revoke',
      params: 'DeviceTokenRevokeParams',
      async handle({ deviceId, role }) {
        const token = await devices.revokeToken(deviceId, role);
        if (token === undefined) throw invalidRequest('unknown deviceId/role');
        return { deviceId, role: token.role, revokedAtMs: token.revokedAtMs ?? clock.now() };
      },
    }),
  ];
};

function shownDevice({ tokens, ...device }: PairedDevice): Readonly<Record<string, unknown>> {
  return {
    ...device,
    tokens: Object.values(tokens ?? {})
      .toSorted(byRole)
      .map(shownToken),
  };
}

function shownToken({ token: _hidden, ...facts }: DeviceToken): Readonly<Record<string, unknown>> {
  return facts;
}

function byRole(a: DeviceToken, b: DeviceToken): number {
  return a.role.localeCompare(b.role);
}
