import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** An Ed25519 key pair as `identity/device.json` keeps it (reference protocol/state-layout.md §3.8). */
export interface DeviceIdentity {
  readonly deviceId: string;
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
}

/** What a device signs; the fields stand in this order, joined with `|` (reference protocol/protocol.md §2.3). */
export interface SignedConnect {
  readonly deviceId: string;
  readonly clientId: string;
  readonly clientMode: string;
  readonly role: string;
  /** As sent, not sorted. */
  readonly scopes: readonly string[];
  readonly signedAtMs: number;
  readonly token: string | undefined;
  /** The challenge; with it the payload is v2, without v1. */
  readonly nonce: string | undefined;
}

const RAW_KEY_BYTES = 32;
/** DER of a SubjectPublicKeyInfo for Ed25519, up to the 32 key bytes. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

function keyFromRaw(raw: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

function rawOf(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}

/** The 32 raw bytes of a key given as base64url, base64 or PEM; undefined when it is none of these. */
function rawPublicKey(text: string): Buffer | undefined {
  if (!text.includes('BEGIN')) {
    const raw = Buffer.from(text, 'base64url');
    return raw.length === RAW_KEY_BYTES ? raw : undefined;
  }
  try {
    const key = createPublicKey(text);
    return key.asymmetricKeyType === 'ed25519' ? rawOf(key) : undefined;
  } catch {
    return undefined;
  }
}

const idOfRaw = (raw: Buffer): string => createHash('sha256').update(raw).digest('hex');

/** The key as base64url of its raw bytes and the device id that follows from it; undefined for an undecodable key. */
export function readPublicKey(text: string): { readonly publicKey: string; readonly deviceId: string } | undefined {
  const raw = rawPublicKey(text);
  return raw && { publicKey: raw.toString('base64url'), deviceId: idOfRaw(raw) };
}

export function signaturePayload(connect: SignedConnect): string {
  const fields = [
    connect.nonce === undefined ? 'v1' : 'v2',
    connect.deviceId,
    connect.clientId,
    connect.clientMode,
    connect.role,
    connect.scopes.join(','),
    String(connect.signedAtMs),
    connect.token ?? '',
  ];
  return (connect.nonce === undefined ? fields : [...fields, connect.nonce]).join('|');
}

/** True when `signature` (base64url or base64) is the device's over `payload`. */
export function verifySignature(publicKey: string, payload: string, signature: string): boolean {
  const raw = rawPublicKey(publicKey);
  return (
    raw !== undefined &&
    verify(null, Buffer.from(payload, 'utf8'), keyFromRaw(raw), Buffer.from(signature, 'base64url'))
  );
}

export function createDeviceIdentity(): DeviceIdentity {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    deviceId: idOfRaw(rawOf(publicKey)),
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** The `device` member of connect params. */
export function signDevice(
  identity: DeviceIdentity,
  connect: Omit<SignedConnect, 'deviceId'>,
): { id: string; publicKey: string; signature: string; signedAt: number; nonce?: string } {
  const raw = rawOf(createPublicKey(identity.publicKeyPem));
  const deviceId = idOfRaw(raw);
  const payload = signaturePayload({ ...connect, deviceId });
  const signature = sign(null, Buffer.from(payload, 'utf8'), createPrivateKey(identity.privateKeyPem));
  return {
    id: deviceId,
    publicKey: raw.toString('base64url'),
    signature: signature.toString('base64url'),
    signedAt: connect.signedAtMs,
    ...(connect.nonce !== undefined && { nonce: connect.nonce }),
  };
}
