import {
  type ConnectParams,
  DEVICE_SIGNATURE_SKEW_MS,
  type Role,
  readPublicKey,
  signaturePayload,
  verifySignature,
} from '@chela/protocol';

export type DeviceProof =
  | { readonly ok: true; readonly deviceId: string; readonly publicKey: string }
  | { readonly ok: false; readonly message: string };

/** Rows 7 to 11 of the handshake: the device is who it says, now, on this socket (reference protocol/protocol.md §2.1). */
export function proveDevice(
  params: ConnectParams,
  device: NonNullable<ConnectParams['device']>,
  at: { readonly role: Role; readonly nonce: string; readonly isLocal: boolean; readonly nowMs: number },
): DeviceProof {
  const key = readPublicKey(device.publicKey);
  if (!key || key.deviceId !== device.id) return { ok: false, message: 'device identity mismatch' };
  if (Math.abs(at.nowMs - device.signedAt) > DEVICE_SIGNATURE_SKEW_MS) {
    return { ok: false, message: 'device signature expired' };
  }
  if (device.nonce === undefined && !at.isLocal) return { ok: false, message: 'device nonce required' };
  if (device.nonce !== undefined && device.nonce !== at.nonce) return { ok: false, message: 'device nonce mismatch' };
  const payload = signaturePayload({
    deviceId: device.id,
    clientId: params.client.id,
    clientMode: params.client.mode,
    role: at.role,
    scopes: params.scopes ?? [],
    signedAtMs: device.signedAt,
    token: params.auth?.token,
    nonce: device.nonce,
  });
  return verifySignature(key.publicKey, payload, device.signature)
    ? { ok: true, ...key }
    : { ok: false, message: 'device signature invalid' };
}
