import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock, Logger } from '@chela/observability';
import { PAIRING_REQUEST_LIFE_MS } from '@chela/protocol';
import { createRecordFile } from '@chela/store';
import { isSameSecret } from './auth/same-secret.ts';
import type { DevicePairing, PairedDevice, PairingRequest } from './device-pairing.ts';

import { approved, covers, isPairedDevice, isPairingRequest, newToken, union, withToken } from './devices/records.ts';

/** Requests kept at a time; the oldest give way, so that strangers cannot fill the disk. */
const PENDING_LIMIT = 200;

/** Only written again after this long: a reconnecting client should not cost a disk write each time. */
const LAST_USED_STEP_MS = 60_000;

/** Device pairing over `devices/pending.json` and `devices/paired.json` of the state directory. */
export function createDevicePairing(deps: {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): DevicePairing {
  const { clock, logger } = deps;
  const folder = join(deps.stateDir, 'devices');
  const now = (): number => clock.now();
  const pendingFile = createRecordFile<PairingRequest>({
    path: join(folder, 'pending.json'),
    isRecord: isPairingRequest,
    now,
    logger,
  });
  const pairedFile = createRecordFile<PairedDevice>({
    path: join(folder, 'paired.json'),
    isRecord: isPairedDevice,
    now,
    logger,
  });
  let queue: Promise<unknown> = Promise.resolve();

  /** One operation at a time; a failed one does not hold up the next. */
  function alone<T>(operation: () => Promise<T>): Promise<T> {
    const result = queue.then(operation);
    queue = result.catch(() => undefined);
    return result;
  }

  async function livePending(): Promise<PairingRequest[]> {
    const oldest = now() - PAIRING_REQUEST_LIFE_MS;
    return [...(await pendingFile.read()).values()].filter((request) => request.ts >= oldest);
  }

  async function savePending(requests: readonly PairingRequest[]): Promise<void> {
    await pendingFile.write(new Map(requests.slice(-PENDING_LIMIT).map((request) => [request.requestId, request])));
  }

  async function saveDevice(device: PairedDevice): Promise<PairedDevice> {
    const paired = await pairedFile.read();
    await pairedFile.write(new Map(paired).set(device.deviceId, device));
    return device;
  }

  /** Takes a request off the list; undefined when it is not there (any more). */
  async function takePending(requestId: string): Promise<PairingRequest | undefined> {
    const pending = await livePending();
    const request = pending.find((entry) => entry.requestId === requestId);
    if (request) await savePending(pending.filter((entry) => entry !== request));
    return request;
  }

  return {
    list: () =>
      alone(async () => ({
        pending: (await livePending()).sort((a, b) => b.ts - a.ts),
        paired: [...(await pairedFile.read()).values()].sort((a, b) => b.approvedAtMs - a.approvedAtMs),
      })),
    get: (deviceId) => alone(async () => (await pairedFile.read()).get(deviceId)),
    request: (input) =>
      alone(async () => {
        const pending = await livePending();
        const waiting = pending.find((entry) => entry.deviceId === input.deviceId);
        if (waiting) return { request: waiting, created: false };
        const isRepair = (await pairedFile.read()).has(input.deviceId);
        const request: PairingRequest = { requestId: randomUUID(), ...input, isRepair, ts: now() };
        await savePending([...pending, request]);
        return { request, created: true };
      }),
    approve: (requestId) =>
      alone(async () => {
        const request = await takePending(requestId);
        if (!request) return undefined;
        const before = (await pairedFile.read()).get(request.deviceId);
        return saveDevice(approved(before, request, now()));
      }),
    reject: (requestId) => alone(() => takePending(requestId)),
    touch: (deviceId, { roles, scopes, ...facts }) =>
      alone(async () => {
        const device = (await pairedFile.read()).get(deviceId);
        if (!device) return;
        const next: PairedDevice = {
          ...device,
          ...facts,
          ...(roles && { roles: union(device.roles, roles) }),
          ...(scopes && { scopes: union(device.scopes, scopes) }),
        };
        if (!isDeepStrictEqual(next, device)) await saveDevice(next);
      }),
    ensureToken: (deviceId, role, scopes) =>
      alone(async () => {
        const device = (await pairedFile.read()).get(deviceId);
        if (!device) return undefined;
        const existing = device.tokens?.[role];
        if (existing && !existing.revokedAtMs && covers(existing.scopes, scopes)) return existing;
        const token = newToken(role, scopes, existing, now());
        await saveDevice(withToken(device, token));
        return token;
      }),
    verifyToken: ({ deviceId, token, role, scopes }) =>
      alone(async () => {
        const device = (await pairedFile.read()).get(deviceId);
        const entry = device?.tokens?.[role];
        if (!device || !entry || entry.revokedAtMs || !isSameSecret(token, entry.token)) return false;
        if (!covers(entry.scopes, scopes)) return false;
        if (now() - (entry.lastUsedAtMs ?? 0) >= LAST_USED_STEP_MS) {
          await saveDevice(withToken(device, { ...entry, lastUsedAtMs: now() }));
        }
        return true;
      }),
    rotateToken: (deviceId, role, scopes) =>
      alone(async () => {
        const device = (await pairedFile.read()).get(deviceId);
        if (!device) return undefined;
        const existing = device.tokens?.[role];
        const next = newToken(role, scopes ?? existing?.scopes ?? device.scopes ?? [], existing, now());
        const rotated = { ...next, rotatedAtMs: now() };
        await saveDevice(withToken({ ...device, ...(scopes && { scopes: [...new Set(scopes)] }) }, rotated));
        return rotated;
      }),
    revokeToken: (deviceId, role) =>
      alone(async () => {
        const device = (await pairedFile.read()).get(deviceId);
        const existing = device?.tokens?.[role];
        if (!device || !existing) return undefined;
        const revoked = { ...existing, revokedAtMs: now() };
        await saveDevice(withToken(device, revoked));
        return revoked;
      }),
  };
}
