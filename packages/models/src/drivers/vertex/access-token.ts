import { createSign } from 'node:crypto';
import { filledString, finiteNumber, objectOf, parseJson } from '../../json-shape.ts';
import { readBody } from '../read-body.ts';
import type { TransportRequest } from '../transport.ts';
import type { WireDeps } from '../wire.ts';
import { answerWords, withoutSecret } from '../wire-words.ts';
import type { GoogleIdentity } from './adc.ts';

export interface AccessToken {
  readonly token: string;
  /** Milliseconds since the epoch; a new one is bought shortly before. */
  readonly until: number;
}

const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const METADATA_PATH = '/computeMetadata/v1';
const JWT_LIFETIME_S = 3_600;
const EARLY_MS = 5 * 60_000;
const BODY_LIMIT_CHARS = 64 * 1024;
const SECOND_MS = 1_000;

type Deps = Pick<WireDeps, 'transport' | 'clock'>;

/** Buys a short-lived token for an identity. Rejects with the vendor's words. */
export async function buyAccessToken(deps: Deps, identity: GoogleIdentity, signal: AbortSignal): Promise<AccessToken> {
  const answer = await send(deps, tokenRequest(deps, identity, signal), secretOf(identity));
  const body = objectOf(parseJson(answer));
  const token = filledString(body.access_token);
  if (token === undefined) throw new Error('Google token exchange failed: the answer holds no token');
  return { token, until: deps.clock.now() + (finiteNumber(body.expires_in) ?? 0) * SECOND_MS - EARLY_MS };
}

/** The project a machine of Google Cloud belongs to. */
export async function metadataProject(
  deps: Deps,
  identity: Extract<GoogleIdentity, { kind: 'metadata' }>,
  signal: AbortSignal,
): Promise<string> {
  const url = `${identity.place.origin}${METADATA_PATH}/project/project-id`;
  return (await send(deps, { url, method: 'GET', headers: METADATA_HEADERS, signal }, undefined)).trim();
}

const METADATA_HEADERS = { 'metadata-flavor': 'Google' } as const;

function tokenRequest({ clock }: Deps, identity: GoogleIdentity, signal: AbortSignal): TransportRequest {
  if (identity.kind === 'metadata') {
    const url = `${identity.place.origin}${METADATA_PATH}/instance/service-accounts/default/token`;
    return { url, method: 'GET', headers: METADATA_HEADERS, signal };
  }
  const form =
    identity.kind === 'service_account'
      ? { grant_type: JWT_GRANT, assertion: signedClaims(identity, Math.floor(clock.now() / SECOND_MS)) }
      : {
          grant_type: 'refresh_token',
          client_id: identity.clientId,
          client_secret: identity.clientSecret,
          refresh_token: identity.refreshToken,
        };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { url: TOKEN_URL, method: 'POST', headers, body: new URLSearchParams(form).toString(), signal };
}

/** What a service account says of itself, signed with its key (RFC 7523). Always for Google's own address. */
function signedClaims(
  { email, privateKey, keyId }: Extract<GoogleIdentity, { kind: 'service_account' }>,
  nowS: number,
): string {
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  const claims = { iss: email, scope: SCOPE, aud: TOKEN_URL, iat: nowS, exp: nowS + JWT_LIFETIME_S };
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}

function secretOf(identity: GoogleIdentity): string | undefined {
  return identity.kind === 'authorized_user' ? identity.refreshToken : undefined;
}

async function send({ transport }: Deps, request: TransportRequest, secret: string | undefined): Promise<string> {
  const response = await transport(request);
  const text = await readBody(response, BODY_LIMIT_CHARS);
  if (response.status === 200) return text;
  throw new Error(`Google token exchange failed: ${withoutSecret(answerWords(response.status, text), secret)}`);
}
