import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type PolicyBundle, signBundle } from './bundle.ts';
import { createPolicyStore, type PolicyStore } from './policy-store.ts';

const NOW = Date.UTC(2026, 1, 17);
const DAY_MS = 86_400_000;

function keys() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    raw: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
  };
}

const owner = keys();
const stranger = keys();
const trusted = { house: owner.pem };

function bundle(changes: Partial<PolicyBundle> = {}): PolicyBundle {
  const policy = { blockThreshold: 60, toolPolicies: { exec: 'review' } };
  return {
    id: 'house',
    version: 1,
    notBefore: NOW - DAY_MS,
    notAfter: NOW + DAY_MS,
    keyId: 'house',
    policy,
    ...changes,
  };
}

async function policies(): Promise<PolicyStore> {
  const directory = await mkdtemp(join(tmpdir(), 'chela-policy-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return createPolicyStore({ directory, now: () => NOW });
}

describe('a signed policy', () => {
  test('comes into force, whatever the order of its keys', async () => {
    const store = await policies();
    const { signature } = await signBundle(bundle(), owner.secret);
    const { policy, ...rest } = bundle();
    const accepted = await store.accept({ signature, bundle: { policy, ...rest } }, trusted);
    expect(accepted).toMatchObject({ version: 1 });
    expect(await store.active()).toMatchObject({ policy: { blockThreshold: 60 } });
  });

  test('is accepted with a key that was pinned as 32 bytes', async () => {
    const store = await policies();
    await expect(store.accept(await signBundle(bundle(), owner.secret), { house: owner.raw })).resolves.toBeDefined();
  });

  test.each([
    ['not signed', async () => ({ bundle: bundle() }), 'unsigned'],
    ['signed by somebody else', () => signBundle(bundle(), stranger.secret), 'altered'],
    ['signed with a key nobody pinned', () => signBundle(bundle({ keyId: 'other' }), owner.secret), 'unknown_key'],
    ['over its time', () => signBundle(bundle({ notBefore: 0, notAfter: NOW - 1 }), owner.secret), 'expired'],
    ['not yet valid', () => signBundle(bundle({ notBefore: NOW + 1 }), owner.secret), 'not_yet_valid'],
    [
      'changed afterwards',
      async () => ({
        ...(await signBundle(bundle(), owner.secret)),
        bundle: bundle({ policy: { blockThreshold: 99 } }),
      }),
      'altered',
    ],
    ['no bundle', async () => ({ bundle: { id: 'x' } }), 'malformed'],
  ])('that is %s is refused, and the last one stays', async (_name, make, problem) => {
    const store = await policies();
    await store.accept(await signBundle(bundle({ version: 3 }), owner.secret), trusted);
    await expect(store.accept(await make(), trusted)).rejects.toMatchObject({ problem });
    expect(await store.active()).toMatchObject({ version: 3 });
  });

  test('is never followed by an older one, not even after a roll-back by the operator', async () => {
    const store = await policies();
    for (const version of [1, 2]) await store.accept(await signBundle(bundle({ version }), owner.secret), trusted);
    expect(await store.rollBack(1)).toMatchObject({ version: 1 });
    expect(await store.active()).toMatchObject({ version: 1 });
    const again = await signBundle(bundle({ version: 2 }), owner.secret);
    await expect(store.accept(again, trusted)).rejects.toMatchObject({ problem: 'rolled_back' });
    expect(await store.rollBack(null)).toBeUndefined();
    expect(await store.state()).toEqual({ active: null, highest: 2 });
    await expect(store.rollBack(7)).rejects.toThrow('not kept');
  });
});
