import { expect, it } from 'vitest';
import {
  createDeviceIdentity,
  readPublicKey,
  type SignedConnect,
  signaturePayload,
  signDevice,
  verifySignature,
} from './device-identity.ts';

const connect: SignedConnect = {
  deviceId: 'd1',
  clientId: 'cli',
  clientMode: 'cli',
  role: 'operator',
  scopes: ['operator.write', 'operator.admin'],
  signedAtMs: 1_795_367_054_642,
  token: 'secret',
  nonce: 'n1',
};

it('joins the signed fields in the order of the contract, scopes as sent', () => {
  expect(signaturePayload(connect)).toBe(
    'v2|d1|cli|cli|operator|operator.write,operator.admin|1795367054642|secret|n1',
  );
});

it('signs v1 without a nonce, with an empty token when there is none', () => {
  expect(signaturePayload({ ...connect, nonce: undefined, token: undefined })).toBe(
    'v1|d1|cli|cli|operator|operator.write,operator.admin|1795367054642|',
  );
});

it('verifies its own signature and no other', () => {
  const identity = createDeviceIdentity();
  const device = signDevice(identity, connect);
  const payload = signaturePayload({ ...connect, deviceId: identity.deviceId });
  expect(device.id).toBe(identity.deviceId);
  expect(verifySignature(device.publicKey, payload, device.signature)).toBe(true);
  expect(verifySignature(device.publicKey, `${payload}x`, device.signature)).toBe(false);
  expect(verifySignature(device.publicKey, payload, 'AAAA')).toBe(false);
});

it('reads a key as base64url, base64 and PEM', () => {
  const { publicKeyPem, deviceId } = createDeviceIdentity();
  const key = readPublicKey(publicKeyPem);
  expect(key?.deviceId).toBe(deviceId);
  const raw = Buffer.from(key?.publicKey ?? '', 'base64url');
  expect(readPublicKey(raw.toString('base64'))).toEqual(key);
  expect(readPublicKey(raw.toString('base64url'))).toEqual(key);
});

it('finds no key in anything else', () => {
  expect(readPublicKey('AAAA')).toBeUndefined();
  expect(readPublicKey('-----BEGIN PUBLIC KEY-----\nno\n-----END PUBLIC KEY-----')).toBeUndefined();
});
