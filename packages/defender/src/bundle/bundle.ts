import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { isRecord } from '../is-record.ts';

/** A policy with its name, its order and its time (reference defender/defender.md §B.6). */
export interface PolicyBundle {
  readonly id: string;
  /** Grows with every issue; an older one is never accepted after a newer one. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Name of the key it is signed with. */
  readonly keyId: string;
  /** Settings under the names they have in `security.defender`. */
  readonly policy: Readonly<Record<string, unknown>>;
}

export interface SignedBundle {
  readonly bundle: PolicyBundle;
  /** Ed25519 over the bundle's RFC 8785 form, in base64. */
  readonly signature: string;
}

export type BundleProblem =
  | 'malformed'
  | 'unsigned'
  | 'unknown_key'
  | 'altered'
  | 'not_yet_valid'
  | 'expired'
  | 'rolled_back';

/** A bundle that is not accepted. The last accepted one stays in force. */
export class BundleRefusedError extends Error {
  override readonly name = 'BundleRefusedError';
  readonly problem: BundleProblem;
  constructor(problem: BundleProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** Signs a bundle with an Ed25519 private key in PEM form. */
export async function signBundle(bundle: PolicyBundle, privateKeyPem: string): Promise<SignedBundle> {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the key is no Ed25519 key');
  const signature = sign(null, await canonicalBytes(bundle), key).toString('base64');
  return { bundle, signature };
}

export interface BundleCheck {
  /** Public keys by their names: PEM, or the 32 bytes in base64. */
  readonly trustedKeys: Readonly<Record<string, string>>;
  readonly now: number;
  /** The highest version that was ever accepted; 0 when none was. */
  readonly highestAccepted: number;
}

/** Returns the bundle of a signed document that may come into force. Throws BundleRefusedError. */
export async function verifyBundle(document: unknown, check: BundleCheck): Promise<SignedBundle> {
  const signed = readSignedBundle(document);
  const { bundle, signature } = signed;
  const pinned = Object.hasOwn(check.trustedKeys, bundle.keyId) ? check.trustedKeys[bundle.keyId] : undefined;
  if (pinned === undefined) throw new BundleRefusedError('unknown_key', `the key ${bundle.keyId} is not trusted`);
  const isGenuine = verify(null, await canonicalBytes(bundle), publicKey(pinned), Buffer.from(signature, 'base64'));
  if (!isGenuine) throw new BundleRefusedError('altered', 'the signature does not fit the bundle');
  if (check.now < bundle.notBefore)
    throw new BundleRefusedError('not_yet_valid', `valid from ${date(bundle.notBefore)}`);
  if (check.now > bundle.notAfter) throw new BundleRefusedError('expired', `expired on ${date(bundle.notAfter)}`);
  if (bundle.version <= check.highestAccepted) {
    const message = `version ${bundle.version} is not newer than ${check.highestAccepted}, which was accepted before`;
    throw new BundleRefusedError('rolled_back', message);
  }
  return signed;
}

/** The shape of a signed bundle; says nothing about its truth. Throws BundleRefusedError. */
export function readSignedBundle(document: unknown): SignedBundle {
  if (!isRecord(document) || !isRecord(document.bundle)) throw malformed('bundle', 'an object');
  const { bundle, signature } = document;
  const { id, version, notBefore, notAfter, keyId, policy } = bundle;
  if (typeof id !== 'string' || id === '') throw malformed('bundle.id', 'a string');
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) {
    throw malformed('bundle.version', 'a whole number from 1 on');
  }
  if (typeof notBefore !== 'number' || typeof notAfter !== 'number' || notAfter <= notBefore) {
    throw malformed('bundle.notAfter', 'a time after bundle.notBefore, both in milliseconds');
  }
  if (typeof keyId !== 'string' || keyId === '') throw malformed('bundle.keyId', 'a string');
  if (!isRecord(policy)) throw malformed('bundle.policy', 'an object');
  if (typeof signature !== 'string' || signature === '') {
    throw new BundleRefusedError('unsigned', 'the bundle has no signature');
  }
  return { bundle: { ...bundle, id, version, notBefore, notAfter, keyId, policy }, signature };
}

/** A short name of a bundle's content, for people to compare. */
export async function bundleFingerprint(bundle: PolicyBundle): Promise<string> {
  return createHash('sha256')
    .update(await canonicalBytes(bundle))
    .digest('hex')
    .slice(0, 16);
}

async function canonicalBytes(bundle: PolicyBundle): Promise<Buffer> {
  const { default: canonicalize } = await import('canonicalize');
  const text = canonicalize(bundle);
  if (text === undefined) throw malformed('bundle', 'JSON');
  return Buffer.from(text);
}

/** DER prefix of an Ed25519 public key (RFC 8410). */
const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

function publicKey(pinned: string): KeyObject {
  try {
    if (pinned.includes('BEGIN')) return createPublicKey(pinned);
    const der = Buffer.concat([ED25519_PREFIX, Buffer.from(pinned, 'base64')]);
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch (error) {
    throw new BundleRefusedError(
      'unknown_key',
      `the pinned key cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function malformed(field: string, wanted: string): BundleRefusedError {
  return new BundleRefusedError('malformed', `${field} must be ${wanted}`);
}

function date(time: number): string {
  return new Date(time).toISOString();
}
