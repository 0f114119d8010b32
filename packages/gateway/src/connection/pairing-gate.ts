import { type ConnectParams, type Role, readPublicKey } from '@chela/protocol';
import type { DevicePairing, PairedDevice } from '../device-pairing.ts';

export interface PairingCandidate {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly client: ConnectParams['client'];
  /** Absent for a local client: its address says nothing. */
  readonly remoteIp: string | undefined;
}

export interface PairingEvents {
  requested(request: unknown): void;
  resolved(input: { readonly requestId: string; readonly deviceId: string }): void;
}

export type PairingGate = { readonly paired: true } | { readonly paired: false; readonly requestId: string };

/** Whether the record covers what the device asks for; if not, a request is due (reference protocol/protocol.md §4). */
export function isCovered(device: PairedDevice | undefined, candidate: PairingCandidate): boolean {
  if (!device || readPublicKey(device.publicKey)?.publicKey !== candidate.publicKey) return false;
  const roles = device.roles ?? (device.role === undefined ? [] : [device.role]);
  const scopes = new Set(device.scopes ?? []);
  return roles.includes(candidate.role) && candidate.scopes.every((scope) => scopes.has(scope));
}

const facts = (candidate: PairingCandidate) => ({
  ...(candidate.client.displayName !== undefined && { displayName: candidate.client.displayName }),
  platform: candidate.client.platform,
  clientId: candidate.client.id,
  clientMode: candidate.client.mode,
  role: candidate.role,
  ...(candidate.remoteIp !== undefined && { remoteIp: candidate.remoteIp }),
});

/** Lets a paired device through, pairs a local one at once, and files a request for any other. */
export async function passPairing(
  devices: DevicePairing,
  events: PairingEvents,
  candidate: PairingCandidate,
  isLocal: boolean,
): Promise<PairingGate> {
  const { deviceId, role, scopes } = candidate;
  if (isCovered(await devices.get(deviceId), candidate)) {
    await devices.touch(deviceId, { ...facts(candidate), roles: [role], scopes });
    return { paired: true };
  }
  const { request, created } = await devices.request({
    deviceId,
    publicKey: candidate.publicKey,
    ...facts(candidate),
    roles: [role],
    scopes,
    silent: isLocal,
  });
  if (!request.silent) {
    if (created) events.requested(request);
    return { paired: false, requestId: request.requestId };
  }
  const approved = await devices.approve(request.requestId);
  if (approved) events.resolved({ requestId: request.requestId, deviceId });
  // Another connection of the same device may have been quicker with the same request.
  const device = approved ?? (await devices.get(deviceId));
  return isCovered(device, candidate) ? { paired: true } : { paired: false, requestId: request.requestId };
}
