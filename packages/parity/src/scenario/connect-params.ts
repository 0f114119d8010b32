import { sign } from 'node:crypto';
import { isJsonObject, type JsonObject, memberOf } from '../json-value.ts';
import { deviceIdentity } from './device-identity.ts';
import type { Profile } from './scenario.ts';

const PROTOCOL = 3;

/** The params of `connect` for a profile (reference protocol/protocol.md §2), signed for the server's nonce. */
export function connectParams(profile: Profile, server: { token: string; nonce: string }): JsonObject {
  const role = profile.role ?? 'operator';
  const scopes = profile.scopes ?? (role === 'operator' ? ['operator.admin'] : []);
  const client: JsonObject = {
    id: role === 'node' ? 'node-host' : 'test',
    version: '1.0.0',
    platform: 'linux',
    mode: role === 'node' ? 'node' : 'test',
    ...profile.client,
  };
  const auth = authOf(profile, server.token);
  return {
    minProtocol: PROTOCOL,
    maxProtocol: PROTOCOL,
    client,
    role,
    scopes,
    caps: profile.caps ?? [],
    ...(auth && { auth }),
    ...(profile.commands && { commands: profile.commands }),
    ...profile.extra,
    ...(profile.device !== null && {
      device: signedDevice(profile, { client, role, scopes, token: memberOf(auth, 'token'), nonce: server.nonce }),
    }),
  };
}

function authOf({ auth }: Profile, token: string): JsonObject | undefined {
  if (auth === undefined || auth === 'token') return { token };
  if (auth === 'password') return { password: token };
  return isJsonObject(auth) ? auth : undefined;
}

interface SignedFacts {
  readonly client: JsonObject;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly token: unknown;
  readonly nonce: string;
}

function signedDevice(profile: Profile, facts: SignedFacts): JsonObject {
  const key = deviceIdentity(profile.device ?? 'default');
  const tamper = profile.tamper ?? {};
  const signedAt = Date.now() + (tamper.skewMs ?? 0);
  const nonce = tamper.version === 'v1' || tamper.nonce === null ? undefined : (tamper.nonce ?? facts.nonce);
  const fields = [
    nonce ? 'v2' : 'v1',
    key.id,
    facts.client.id,
    facts.client.mode,
    facts.role,
    facts.scopes.join(','),
    String(signedAt),
    facts.token ?? '',
    ...(nonce ? [nonce] : []),
  ];
  const message = fields.join('|') + (tamper.badSignature ? 'x' : '');
  const signature = sign(null, Buffer.from(message), key.privateKey).toString('base64url');
  return { id: tamper.id ?? key.id, publicKey: key.publicKey, signature, signedAt, ...(nonce && { nonce }) };
}
