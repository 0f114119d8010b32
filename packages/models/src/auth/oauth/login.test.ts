import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTransport, type Transport } from '../../drivers/transport.ts';
import { canSignIn, type LoginPerson, signIn } from './login.ts';

/** A vendor's sign-in server: keeps what it was asked and answers what the test says. */
let server: Server;
let url: string;
let asked: { readonly path: string; readonly fields: Readonly<Record<string, string>> }[];
let answers: { readonly status: number; readonly body: unknown }[];

beforeEach(async () => {
  asked = [];
  answers = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += String(piece)));
    request.on('end', () => {
      asked.push({ path: request.url ?? '', fields: Object.fromEntries(new URLSearchParams(body)) });
      const { status, body: answer } = answers.shift() ?? { status: 500, body: {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const transport: Transport = (request) => {
  const { pathname } = new URL(request.url);
  return createTransport()({ ...request, url: `${url}${pathname}` });
};
const deps = (env = {}) => ({ transport, env, now: () => 1_000_000 });
const nobody = new Promise<string>(() => undefined);

/** A JWT without a signature, as the vendor's tokens look. */
const jwt = (claims: object): string =>
  ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'x'].join('.');

test('a browser comes back to the loopback port with the code', async () => {
  const access = jwt({ 'https://api.openai.com/auth': { chatgpt_account_id: 'acc-1' } });
  answers = [{ status: 200, body: { access_token: access, refresh_token: 'r1', expires_in: 3600 } }];
  const pages: string[] = [];
  const person: LoginPerson = {
    async show(page) {
      const opened = new URL(page);
      const redirect = new URL(opened.searchParams.get('redirect_uri') ?? '');
      redirect.hostname = '127.0.0.1';
      redirect.search = new URLSearchParams({ code: 'c1', state: opened.searchParams.get('state') ?? '' }).toString();
      pages.push(await (await fetch(redirect)).text());
    },
    pasted: () => nobody,
  };
  const { profileId, entry } = await signIn(deps(), 'openai-codex', person);
  expect(profileId).toBe('openai-codex:default');
  expect(entry).toMatchObject({ type: 'oauth', provider: 'openai-codex', access, refresh: 'r1', accountId: 'acc-1' });
  expect(asked[0]).toMatchObject({ path: '/oauth/token', fields: { grant_type: 'authorization_code', code: 'c1' } });
  expect(asked[0]?.fields.code_verifier).toBeTruthy();
  expect(pages[0]).toContain('signed in');
});

test('a pasted redirect address does where the browser cannot come back', async () => {
  answers = [{ status: 200, body: { access_token: 'a', refresh_token: 'r', expires_in: 3600 } }];
  let state = '';
  const { promise: shown, resolve } = Promise.withResolvers<void>();
  const person: LoginPerson = {
    async show(page) {
      state = new URL(page).searchParams.get('state') ?? '';
      resolve();
    },
    pasted: () => shown.then(() => `http://127.0.0.1:1456/oauth-callback?code=c2&state=${state}`),
  };
  const { entry } = await signIn(deps({ CHUTES_CLIENT_ID: 'mine' }), 'chutes', person);
  expect(entry).toMatchObject({ provider: 'chutes', access: 'a' });
  expect(asked[0]?.fields).toMatchObject({ client_id: 'mine', code: 'c2' });
});

test('an answer to another sign-in is refused', async () => {
  const person: LoginPerson = {
    show: async () => undefined,
    pasted: async () => 'http://127.0.0.1:1456/oauth-callback?code=c&state=stolen',
  };
  const refused = signIn(deps({ CHUTES_CLIENT_ID: 'mine' }), 'chutes', person);
  await expect(refused).rejects.toThrow('does not belong to this sign-in');
  expect(asked).toEqual([]);
});

test('a code typed into a page is waited for', async () => {
  answers = [
    { status: 200, body: { device_code: 'd', user_code: 'AB-CD', verification_uri: 'https://x.test/go', interval: 0 } },
    { status: 400, body: { error: 'authorization_pending' } },
    { status: 200, body: { access_token: 'gh', token_type: 'bearer' } },
  ];
  const shown: unknown[] = [];
  const person: LoginPerson = { show: async (...page) => void shown.push(page), pasted: () => nobody };
  const { profileId, entry } = await signIn(deps(), 'github-copilot', person);
  expect(shown).toEqual([['https://x.test/go', 'AB-CD']]);
  expect([profileId, entry]).toEqual([
    'github-copilot:github',
    { type: 'token', provider: 'github-copilot', token: 'gh' },
  ]);
});

test('a person who says no is told so', async () => {
  answers = [
    { status: 200, body: { device_code: 'd', user_code: 'A', verification_uri: 'https://x.test', interval: 0 } },
    { status: 400, body: { error: 'access_denied' } },
  ];
  const person: LoginPerson = { show: async () => undefined, pasted: () => nobody };
  await expect(signIn(deps(), 'qwen-portal', person)).rejects.toThrow('400 access_denied');
});

test('Google is asked for the project of the account', async () => {
  answers = [
    { status: 200, body: { access_token: 'ya29', refresh_token: 'r', expires_in: 3600 } },
    { status: 200, body: { cloudaicompanionProject: 'project-1' } },
  ];
  let state = '';
  const { promise: shown, resolve } = Promise.withResolvers<void>();
  const person: LoginPerson = {
    async show(page) {
      state = new URL(page).searchParams.get('state') ?? '';
      resolve();
    },
    pasted: () => shown.then(() => `http://localhost:8085/oauth2callback?code=c3&state=${state}`),
  };
  const env = { GEMINI_CLI_OAUTH_CLIENT_ID: 'id', GEMINI_CLI_OAUTH_CLIENT_SECRET: 'secret' };
  const { entry } = await signIn(deps(env), 'google-gemini-cli', person);
  expect(entry).toMatchObject({ provider: 'google-gemini-cli', access: 'ya29', projectId: 'project-1' });
  expect(asked.map(({ path }) => path)).toEqual(['/token', '/v1internal:loadCodeAssist']);
});

test('a client id that has to be brought along is asked for by name', async () => {
  const person: LoginPerson = { show: async () => undefined, pasted: () => nobody };
  await expect(signIn(deps(), 'google-gemini-cli', person)).rejects.toThrow('OPENCLAW_GEMINI_OAUTH_CLIENT_ID');
  expect(['openai-codex', 'minimax-portal', 'anthropic', 'nobody'].map(canSignIn)).toEqual([true, true, false, false]);
});
