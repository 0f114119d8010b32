const IDENTITY_KEY = 'openclaw-device-identity-v1';
const TOKENS_KEY = 'openclaw.device.auth.v1';
/** DER head of a PKCS #8 Ed25519 private key; the 32-byte seed follows. */
const PKCS8_HEAD = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);
const SEED_BYTES = 32;

/** This browser as a device of the gateway (reference protocol/protocol.md §2.3). */
export interface DeviceIdentity {
  readonly deviceId: string;
  readonly publicKey: string;
  sign(text: string): Promise<string>;
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface StoredIdentity {
  readonly version: 1;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly createdAtMs: number;
}

function readStored(storage: Storage): StoredIdentity | undefined {
  try {
    const parsed: unknown = JSON.parse(storage.getItem(IDENTITY_KEY) ?? 'null');
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    if (!('deviceId' in parsed && 'publicKey' in parsed && 'privateKey' in parsed)) return undefined;
    const { deviceId, publicKey, privateKey } = parsed;
    if (typeof deviceId !== 'string' || typeof publicKey !== 'string' || typeof privateKey !== 'string')
      return undefined;
    return { version: 1, deviceId, publicKey, privateKey, createdAtMs: 0 };
  } catch {
    return undefined;
  }
}

async function createStored(crypto: Crypto): Promise<StoredIdentity> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('this browser made no key pair');
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
  return {
    version: 1,
    deviceId: toHex(digest),
    publicKey: toBase64Url(raw),
    privateKey: toBase64Url(pkcs8.slice(-SEED_BYTES)),
    createdAtMs: Date.now(),
  };
}

/** Loads or creates the identity; undefined where the page has no secure context or the browser no Ed25519. */
export async function loadDeviceIdentity(win: Window): Promise<DeviceIdentity | undefined> {
  const { crypto, localStorage: storage } = win;
  if (!crypto?.subtle) return undefined;
  try {
    const stored = readStored(storage) ?? (await createStored(crypto));
    storage.setItem(IDENTITY_KEY, JSON.stringify(stored));
    const seed = fromBase64Url(stored.privateKey).slice(0, SEED_BYTES);
    const key = await crypto.subtle.importKey(
      'pkcs8',
      new Uint8Array([...PKCS8_HEAD, ...seed]),
      { name: 'Ed25519' },
      false,
      ['sign'],
    );
    return {
      deviceId: stored.deviceId,
      publicKey: stored.publicKey,
      sign: async (text) =>
        toBase64Url(new Uint8Array(await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(text)))),
    };
  } catch {
    // No Ed25519 here: the gateway answers with what to do about a client without a device.
    return undefined;
  }
}

/** The device token the gateway gave this browser, if it did. */
export function readDeviceToken(storage: Storage, deviceId: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(storage.getItem(TOKENS_KEY) ?? 'null');
    if (typeof parsed !== 'object' || parsed === null || !('deviceId' in parsed) || parsed.deviceId !== deviceId)
      return undefined;
    if (!('tokens' in parsed) || typeof parsed.tokens !== 'object' || parsed.tokens === null) return undefined;
    const operator = 'operator' in parsed.tokens ? parsed.tokens.operator : undefined;
    if (typeof operator !== 'object' || operator === null || !('token' in operator)) return undefined;
    return typeof operator.token === 'string' ? operator.token : undefined;
  } catch {
    return undefined;
  }
}

export function writeDeviceToken(storage: Storage, deviceId: string, token: string, scopes: readonly string[]): void {
  const operator = { token, role: 'operator', scopes, updatedAtMs: Date.now() };
  storage.setItem(TOKENS_KEY, JSON.stringify({ version: 1, deviceId, tokens: { operator } }));
}

export function dropDeviceToken(storage: Storage): void {
  storage.removeItem(TOKENS_KEY);
}
