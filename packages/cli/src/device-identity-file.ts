import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeviceIdentity, type DeviceIdentity, readPublicKey } from '@chela/protocol';
import { textAt } from './json-reader.ts';

async function read(path: string): Promise<DeviceIdentity | undefined> {
  let stored: unknown;
  try {
    stored = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    // Missing or damaged: a new identity takes its place, and the local gateway pairs it by itself.
    return undefined;
  }
  const publicKeyPem = textAt(stored, 'publicKeyPem');
  const privateKeyPem = textAt(stored, 'privateKeyPem');
  if (!publicKeyPem || !privateKeyPem) return undefined;
  const key = readPublicKey(publicKeyPem);
  // The id follows from the key; a stored one that differs is corrected (reference protocol/state-layout.md §3.8).
  return key && { deviceId: key.deviceId, publicKeyPem, privateKeyPem };
}

/** This machine's identity as a client, from `<state>/identity/device.json`, made on first use with mode 0600. */
export async function loadDeviceIdentity(stateDir: string, now: number): Promise<DeviceIdentity> {
  const directory = join(stateDir, 'identity');
  const path = join(directory, 'device.json');
  const existing = await read(path);
  if (existing) return existing;
  const identity = createDeviceIdentity();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify({ version: 1, ...identity, createdAtMs: now }, null, 2)}\n`, {
    mode: 0o600,
  });
  await rename(draft, path);
  return identity;
}
