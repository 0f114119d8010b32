import type { Environment } from '../../catalog/environment-keys.ts';
import type { Transport } from '../../drivers/transport.ts';
import { answerWords } from '../../drivers/wire-words.ts';
import { filledString, finiteNumber, type JsonObject, objectOf, parseJson } from '../../json-shape.ts';
import type { ClientId, OAuthProvider } from './providers.ts';

/** What a token endpoint gave. `refresh` is undefined when the old one stays good. */
export interface TokenGrant {
  readonly access: string;
  readonly refresh: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  readonly body: JsonObject;
}

export interface OAuthDeps {
  readonly transport: Transport;
  readonly env: Environment;
  readonly now: () => number;
}

/** A token endpoint that does not answer in this time is given up; shorter than the age at which a file lock is stale. */
const REQUEST_TIMEOUT_MS = 20_000;
const BODY_LIMIT_CHARS = 256 * 1024;
const LIFETIME_DEFAULT_S = 3600;
/** A token is taken for expired this long before it is, so that no request leaves with one that dies on the way. */
const EARLY_MS = 5 * 60_000;

/** Buys a new access token. Rejects with the provider's words. */
export async function refreshGrant(deps: OAuthDeps, provider: OAuthProvider, refresh: string): Promise<TokenGrant> {
  const body = await postToken(deps, provider, { grant_type: 'refresh_token', refresh_token: refresh });
  return grantOf(body, deps.now());
}

/** Asks the token endpoint with the client's id added; rejects unless it answers 2xx. */
export async function postToken(
  deps: OAuthDeps,
  provider: OAuthProvider,
  fields: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const { status, text } = await postForm(
    deps,
    provider.tokenUrl,
    withClient(deps, provider, fields),
    provider.bodyFormat,
  );
  if (status < 200 || status >= 300) throw new Error(answerWords(status, text));
  return objectOf(parseJson(text));
}

/** The client's id, and its secret where there is one, before the other fields. */
export function withClient(
  deps: Pick<OAuthDeps, 'env'>,
  provider: OAuthProvider,
  fields: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const secret = provider.clientSecret === undefined ? undefined : clientValue(provider.clientSecret, deps.env);
  return {
    client_id: clientIdOf(provider, deps.env),
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...fields,
  };
}

/** Rejects when the id has to come from the environment and does not. */
export function clientIdOf(provider: OAuthProvider, env: Environment): string {
  const id = clientValue(provider.clientId, env);
  if (id !== undefined) return id;
  const names = typeof provider.clientId === 'string' ? [] : provider.clientId.env;
  throw new Error(`Set ${names.join(' or ')} to sign in to ${provider.id}.`);
}

function clientValue(id: ClientId, env: Environment): string | undefined {
  return typeof id === 'string'
    ? id
    : id.env.map((name) => filledString(env[name])).find((value) => value !== undefined);
}

/** Posts fields and reads the answer, whatever its status. */
export async function postForm(
  deps: Pick<OAuthDeps, 'transport'>,
  url: string,
  fields: Readonly<Record<string, string>>,
  format: 'form' | 'json' = 'form',
): Promise<PostAnswer> {
  if (format === 'json') return postJson(deps, url, fields);
  return post(deps, url, new URLSearchParams(fields).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  });
}

/** Posts JSON and reads the answer, whatever its status. */
export function postJson(
  deps: Pick<OAuthDeps, 'transport'>,
  url: string,
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Promise<PostAnswer> {
  return post(deps, url, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

interface PostAnswer {
  readonly status: number;
  readonly text: string;
}

async function post(
  deps: Pick<OAuthDeps, 'transport'>,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<PostAnswer> {
  const response = await deps.transport({
    url,
    method: 'POST',
    headers: { accept: 'application/json', ...headers },
    body,
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  let text = '';
  for await (const piece of response.body) {
    text += piece;
    if (text.length > BODY_LIMIT_CHARS) throw new Error('the answer is too long');
  }
  return { status: response.status, text };
}

/** Reads the members every token endpoint has; MiniMax gives the end as a time instead of a lifetime. */
export function grantOf(body: JsonObject, now: number): TokenGrant {
  const access = filledString(body.access_token);
  if (access === undefined) throw new Error('the answer holds no access token');
  const seconds = finiteNumber(body.expires_in);
  const at = finiteNumber(body.expired_in);
  const lifetimeMs = (seconds ?? LIFETIME_DEFAULT_S) * 1000;
  const end = at !== undefined && at > now ? at : now + lifetimeMs;
  return {
    access,
    refresh: filledString(body.refresh_token),
    expires: Math.max(now + 1, end - Math.min(EARLY_MS, (end - now) / 2)),
    body,
  };
}
