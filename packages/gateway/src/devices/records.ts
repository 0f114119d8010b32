/** Shapes of the rows in `devices/*.json` and the changes that approval and tokens make to them; pure. */
import { randomBytes } from 'node:crypto';
import type { DeviceToken, PairedDevice, PairingRequest } from '../device-pairing.ts';

const TOKEN_BYTES = 32;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isTextList = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'));

const isOptionalText = (value: unknown): boolean => value === undefined || typeof value === 'string';

function isToken(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.token === 'string' &&
    typeof value.role === 'string' &&
    Array.isArray(value.scopes) &&
    isTextList(value.scopes) &&
    typeof value.createdAtMs === 'number'
  );
}

function hasDeviceFacts(value: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof value.deviceId === 'string' &&
    typeof value.publicKey === 'string' &&
    isTextList(value.roles) &&
    isTextList(value.scopes) &&
    ['displayName', 'platform', 'clientId', 'clientMode', 'role', 'remoteIp'].every((key) => isOptionalText(value[key]))
  );
}

export function isPairedDevice(value: unknown): value is PairedDevice {
  if (!isRecord(value) || !hasDeviceFacts(value)) return false;
  const { tokens } = value;
  const tokensFit = tokens === undefined || (isRecord(tokens) && Object.values(tokens).every(isToken));
  return tokensFit && typeof value.createdAtMs === 'number' && typeof value.approvedAtMs === 'number';
}

export function isPairingRequest(value: unknown): value is PairingRequest {
  return (
    isRecord(value) && hasDeviceFacts(value) && typeof value.requestId === 'string' && typeof value.ts === 'number'
  );
}

export function union(a: readonly string[] | undefined, b: readonly string[] | undefined): string[] {
  return [...new Set([...(a ?? []), ...(b ?? [])])];
}

export const covers = (granted: readonly string[], asked: readonly string[]): boolean =>
  asked.every((scope) => granted.includes(scope));

/** A fresh token for a role; one that replaces another remembers when the first was made. */
export function newToken(
  role: string,
  scopes: readonly string[],
  previous: DeviceToken | undefined,
  nowMs: number,
): DeviceToken {
  return {
    token: randomBytes(TOKEN_BYTES).toString('base64url'),
    role,
    scopes: [...new Set(scopes)].sort(),
    createdAtMs: previous?.createdAtMs ?? nowMs,
    ...(previous && { rotatedAtMs: nowMs }),
    ...(previous?.lastUsedAtMs !== undefined && { lastUsedAtMs: previous.lastUsedAtMs }),
  };
}

export function withToken(device: PairedDevice, token: DeviceToken): PairedDevice {
  return { ...device, tokens: { ...device.tokens, [token.role]: token } };
}

/** The device after its request was approved: facts replaced, roles and scopes added, a new token for the role asked for. */
export function approved(before: PairedDevice | undefined, request: PairingRequest, nowMs: number): PairedDevice {
  const { requestId: _id, silent: _silent, isRepair: _repair, ts: _ts, ...facts } = request;
  const roles = union(before?.roles ?? (before?.role ? [before.role] : []), request.roles);
  const device: PairedDevice = {
    ...before,
    ...facts,
    roles,
    scopes: union(before?.scopes, request.scopes),
    createdAtMs: before?.createdAtMs ?? nowMs,
    approvedAtMs: nowMs,
  };
  const role = request.role ?? roles[0];
  if (role === undefined) return device;
  return withToken(device, newToken(role, request.scopes ?? [], before?.tokens?.[role], nowMs));
}
