import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { answerWords } from '../../drivers/wire-words.ts';
import { filledString, finiteNumber, objectOf, parseJson } from '../../json-shape.ts';
import { codexAccountId } from './codex-account.ts';
import { type LoginWay, type OAuthProvider, oauthProvider } from './providers.ts';
import {
  clientIdOf,
  grantOf,
  type OAuthDeps,
  postForm,
  postJson,
  postToken,
  type TokenGrant,
  withClient,
} from './token-request.ts';

/** What a login needs of the person in front of it. */
export interface LoginPerson {
  /** Shows an address to open, and the code to type there if there is one. */
  show(url: string, code: string | undefined): Promise<void>;
  /** Asks for the address the browser ended at, for machines the browser cannot come back to. Never resolves when nobody can be asked. */
  pasted(): Promise<string>;
}

/** An entry for `auth-profiles.json` and the id it usually has. */
export interface LoginResult {
  readonly profileId: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

const LOGIN_TIMEOUT_MS = 10 * 60_000;
const POLL_DEFAULT_S = 5;
const POLL_SLOWER_S = 5;
const PAGE = '<!doctype html><title>Chela</title><p>You are signed in. This window can be closed.';

/** Providers people can sign in to here. */
export function canSignIn(id: string): boolean {
  return oauthProvider(id)?.login !== undefined;
}

/** Signs in to a provider. Rejects with words for people when it fails or takes longer than ten minutes. */
export async function signIn(deps: OAuthDeps, id: string, person: LoginPerson): Promise<LoginResult> {
  const provider = oauthProvider(id);
  const way = provider?.login;
  if (provider === undefined || way === undefined) throw new Error(`There is no sign-in for ${id}.`);
  const grant =
    way.kind === 'callback'
      ? await byCallback(deps, provider, way, person)
      : await byDevice(deps, provider, way, person);
  return resultOf(provider, grant, await projectOf(deps, provider, grant));
}

type Way<Kind extends LoginWay['kind']> = Extract<LoginWay, { kind: Kind }>;

async function byCallback(
  deps: OAuthDeps,
  provider: OAuthProvider,
  way: Way<'callback'>,
  person: LoginPerson,
): Promise<TokenGrant> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('hex');
  const url = new URL(way.authorizeUrl);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientIdOf(provider, deps.env),
    redirect_uri: way.redirectUrl,
    scope: way.scope,
    state,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...way.extra,
  }).toString();
  const callback = listenFor(way.redirectUrl, state);
  try {
    await callback.ready;
    await person.show(url.href, undefined);
    const pasted = person.pasted().then((text) => codeOf(text, state));
    const code = await Promise.race([callback.code, pasted, tooLate()]);
    const fields = { grant_type: 'authorization_code', code, redirect_uri: way.redirectUrl, code_verifier: verifier };
    return grantOf(await postToken(deps, provider, fields), deps.now());
  } finally {
    callback.close();
  }
}

/** Waits for the browser. A port that is taken leaves the pasted address as the only way. */
function listenFor(redirectUrl: string, state: string) {
  const target = new URL(redirectUrl);
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  const { promise: ready, resolve: onReady } = Promise.withResolvers<void>();
  code.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUrl);
    if (url.pathname !== target.pathname) {
      response.writeHead(404).end();
      return;
    }
    try {
      resolve(codeOf(url.href, state));
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    } catch (error) {
      response.writeHead(400).end('The sign-in failed.');
      reject(error);
    }
  });
  server.on('error', () => onReady());
  server.listen(Number(target.port), '127.0.0.1', () => onReady());
  return {
    ready,
    code,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The code of a redirect address, or the code itself; refuses an answer to somebody else's question. */
function codeOf(text: string, state: string): string {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) {
    const [code = '', givenState] = trimmed.split('#');
    if (code === '' || (givenState !== undefined && givenState !== state)) throw new Error('That is no sign-in code.');
    return code;
  }
  const { searchParams } = new URL(trimmed);
  const refused = searchParams.get('error_description') ?? searchParams.get('error');
  if (refused !== null) throw new Error(`The sign-in was refused: ${refused}`);
  const code = searchParams.get('code');
  if (code === null || searchParams.get('state') !== state)
    throw new Error('The sign-in answer does not belong to this sign-in.');
  return code;
}

async function byDevice(
  deps: OAuthDeps,
  provider: OAuthProvider,
  way: Way<'device'>,
  person: LoginPerson,
): Promise<TokenGrant> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const pkce = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256', response_type: 'code', state };
  const asked = withClient(deps, provider, { scope: way.scope, ...(way.usesPkce ? pkce : {}) });
  const { status, text } = await postForm(deps, way.codeUrl, asked);
  if (status < 200 || status >= 300) throw new Error(answerWords(status, text));
  const device = objectOf(parseJson(text));
  const userCode = filledString(device.user_code);
  const waitsFor = filledString(device[way.codeField]);
  const page = filledString(device.verification_uri_complete) ?? filledString(device.verification_uri);
  if (waitsFor === undefined || page === undefined)
    throw new Error('The provider did not give a code to sign in with.');
  await person.show(page, userCode);
  const fields = {
    grant_type: way.grantType,
    [way.codeField]: waitsFor,
    ...(way.usesPkce ? { code_verifier: verifier } : {}),
  };
  return poll(deps, provider, fields, finiteNumber(device.interval) ?? POLL_DEFAULT_S);
}

async function poll(
  deps: OAuthDeps,
  provider: OAuthProvider,
  fields: Readonly<Record<string, string>>,
  intervalSeconds: number,
): Promise<TokenGrant> {
  const until = Date.now() + LOGIN_TIMEOUT_MS;
  // MiniMax gives milliseconds.
  let seconds = intervalSeconds > 100 ? intervalSeconds / 1000 : intervalSeconds;
  while (Date.now() < until) {
    const { status, text } = await postForm(deps, provider.tokenUrl, withClient(deps, provider, fields));
    const body = objectOf(parseJson(text));
    if (filledString(body.access_token) !== undefined) return grantOf(body, deps.now());
    const error = filledString(body.error) ?? filledString(body.status) ?? '';
    if (error === 'slow_down') seconds += POLL_SLOWER_S;
    else if (error !== 'authorization_pending' && error !== 'pending') throw new Error(answerWords(status, text));
    await pause(seconds * 1000);
  }
  throw new Error(TOO_LATE_TEXT);
}

const TOO_LATE_TEXT = 'Nobody signed in within ten minutes.';

async function tooLate(): Promise<never> {
  await pause(LOGIN_TIMEOUT_MS, undefined, { ref: false });
  throw new Error(TOO_LATE_TEXT);
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

const CODE_ASSIST_URL = 'https://cloudcode-pa.googleapis.com/v1internal:loadCodeAssist';

/** The cloud project Google's models are asked in: the one of the environment, else the one the account has. */
async function projectOf(deps: OAuthDeps, { id }: OAuthProvider, grant: TokenGrant): Promise<string | undefined> {
  if (id !== 'google-gemini-cli' && id !== 'google-antigravity') return undefined;
  const named = filledString(deps.env.GOOGLE_CLOUD_PROJECT) ?? filledString(deps.env.GOOGLE_CLOUD_PROJECT_ID);
  if (named !== undefined) return named;
  const metadata = { ideType: 'IDE_UNSPECIFIED', platform: 'PLATFORM_UNSPECIFIED', pluginType: 'GEMINI' };
  const { text } = await postJson(deps, CODE_ASSIST_URL, { metadata }, { authorization: `Bearer ${grant.access}` });
  const { cloudaicompanionProject: project } = objectOf(parseJson(text));
  const found = filledString(project) ?? filledString(objectOf(project).id);
  if (found !== undefined) return found;
  throw new Error('The account has no cloud project for this. Set GOOGLE_CLOUD_PROJECT and sign in again.');
}

/** GitHub's token does not expire and buys the Copilot token at each start; the others are renewed. */
function resultOf({ id }: OAuthProvider, grant: TokenGrant, projectId: string | undefined): LoginResult {
  if (id === 'github-copilot') {
    return { profileId: `${id}:github`, entry: { type: 'token', provider: id, token: grant.access } };
  }
  const email = filledString(grant.body.email);
  const accountId = id === 'openai-codex' ? codexAccountId(grant.access) : undefined;
  const resource = filledString(grant.body.resource_url);
  return {
    profileId: `${id}:${email ?? 'default'}`,
    entry: {
      type: 'oauth',
      provider: id,
      access: grant.access,
      refresh: grant.refresh ?? '',
      expires: grant.expires,
      ...(email === undefined ? {} : { email }),
      ...(accountId === undefined ? {} : { accountId }),
      ...(resource === undefined ? {} : { resourceUrl: resource }),
      ...(projectId === undefined ? {} : { projectId }),
    },
  };
}
