import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

export interface DeviceIdentity {
  /** SHA-256 of the raw public key, hex. */
  readonly id: string;
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** The DER bytes before a raw Ed25519 seed in PKCS #8. */
const PKCS8_ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const RAW_KEY_BYTES = 32;

/** A device key derived from a name, so that every run uses the same device. */
export function deviceIdentity(name: string): DeviceIdentity {
  const seed = createHash('sha256').update(`parity-device:${name}`).digest();
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-RAW_KEY_BYTES);
  return {
    id: createHash('sha256').update(publicKey).digest('hex'),
    publicKey: publicKey.toString('base64url'),
    privateKey,
  };
}
