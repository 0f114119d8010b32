import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { silentMetrics } from '@chela/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, TEST_TOKEN, type TestGateway } from '../testing/start-gateway.ts';

const auth = { mode: 'token', token: TEST_TOKEN } as const;
const PAGE = {
  'index.html': '<html>page</html>',
  'favicon.ico': 'icon',
  'assets/app.js': 'run()',
  'assets/app.css': 'a{}',
};

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    page: PAGE,
    faces: {
      main: { name: 'Clawdia', avatar: 'pictures/av.png' },
      web: { avatar: 'https://example.com/a.png' },
      sly: { avatar: '../outside.png' },
      linked: { avatar: 'link.png' },
    },
    metrics: { ...silentMetrics(), exposition: async () => 'chela_connections 1\n' },
  });
  await mkdir(join(gateway.workspaceDir, 'pictures'));
  await writeFile(join(gateway.workspaceDir, 'pictures', 'av.png'), 'png');
  await writeFile(join(gateway.stateDir, 'outside.png'), 'secret');
  await symlink(join(gateway.stateDir, 'outside.png'), join(gateway.workspaceDir, 'link.png'));
});

afterAll(() => gateway[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Unlike fetch, sends paths and Host headers as they are written. */
function http(path: string, options: { method?: string; headers?: Record<string, string>; at?: TestGateway } = {}) {
  const answer = Promise.withResolvers<Answer>();
  const { port } = (options.at ?? gateway).server;
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
  });
  sent.on('error', answer.reject);
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () =>
      answer.resolve({
        status: response.statusCode ?? 0,
        type: response.headers['content-type'],
        body: Buffer.concat(chunks).toString(),
        headers: response.headers,
      }),
    );
  });
  sent.end();
  return answer.promise;
}

describe('the web page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', '<html>page</html>'],
    ['/chat', 'text/html; charset=utf-8', '<html>page</html>'],
    ['/health', 'text/html; charset=utf-8', '<html>page</html>'],
    ['/no/such/path', 'text/html; charset=utf-8', '<html>page</html>'],
    ['/..%2f..%2foutside.png', 'text/html; charset=utf-8', '<html>page</html>'],
    ['/a%00b', 'text/html; charset=utf-8', '<html>page</html>'],
    ['/favicon.ico', 'image/x-icon', 'icon'],
    ['/assets/app.js', 'application/javascript; charset=utf-8', 'run()'],
    ['/sessions/deep/assets/app.css', 'text/css; charset=utf-8', 'a{}'],
  ])('GET %s', async (path, type, body) => {
    expect(await http(path)).toMatchObject({ status: 200, type, body });
  });

  it('carries the security headers', async () => {
    expect((await http('/')).headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; font-src 'self'; connect-src 'self' ws: wss:",
    });
  });

  it('is not sent twice to a browser that has it', async () => {
    const { headers } = await http('/');
    expect(await http('/', { headers: { 'if-none-match': String(headers.etag) } })).toMatchObject({
      status: 304,
      body: '',
    });
  });

  it('answers HEAD without a body', async () => {
    expect(await http('/', { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '17' },
    });
  });

  it.each(['POST', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const answer = await http('/v1/chat/completions', { method });
    expect(answer).toMatchObject({ status: 405, type: 'text/plain; charset=utf-8', body: 'Method Not Allowed' });
    expect(answer.headers).not.toHaveProperty('allow');
  });

  it.each(['/ui', '/ui/', '/ui/x', '/avatar/', '/avatar/a/b', '/avatar/no..pe?meta=1'])(
    '%s is not found',
    async (path) => {
      expect(await http(path)).toMatchObject({ status: 404, body: 'Not Found' });
    },
  );

  it('lives under its base path only', async () => {
    await using other = await startTestGateway({ gateway: { auth, controlUi: { basePath: 'ctl/' } }, page: PAGE });
    const at = other;
    expect(await http('/ctl?x=1', { at })).toMatchObject({ status: 302, headers: { location: '/ctl/?x=1' } });
    expect(await http('/ctl/', { at })).toMatchObject({ status: 200, body: '<html>page</html>' });
    expect(await http('/ctl/assets/app.js', { at })).toMatchObject({ body: 'run()' });
    expect(await http('/', { at })).toMatchObject({
      status: 404,
      type: 'text/plain; charset=utf-8',
      body: 'Not Found',
    });
    expect(await http('/control', { at })).toMatchObject({ status: 404 });
    expect(await http('/', { at, method: 'POST' })).toMatchObject({ status: 405 });
    expect(JSON.parse((await http('/ctl/__openclaw/control-ui-config.json', { at })).body)).toMatchObject({
      basePath: '/ctl',
    });
  });

  it('says so when it is not installed, and is gone when it is switched off', async () => {
    await using other = await startTestGateway();
    expect(await http('/', { at: other })).toMatchObject({ status: 503, type: 'text/plain; charset=utf-8' });
    other.configure({ gateway: { auth, controlUi: { enabled: false } } });
    expect(await http('/', { at: other })).toMatchObject({ status: 404 });
  });
});

describe("the page's settings", () => {
  it('name the assistant', async () => {
    const answer = await http('/__openclaw/control-ui-config.json');
    expect(answer.type).toBe('application/json; charset=utf-8');
    expect(JSON.parse(answer.body)).toEqual({
      basePath: '',
      assistantName: 'Clawdia',
      assistantAvatar: '/avatar/main',
      assistantAgentId: 'main',
    });
  });

  it('have defaults, and what is configured wins', async () => {
    await using other = await startTestGateway();
    const settings = async () => JSON.parse((await http('/__openclaw/control-ui-config.json', { at: other })).body);
    expect(await settings()).toEqual({
      basePath: '',
      assistantName: 'Assistant',
      assistantAvatar: 'A',
      assistantAgentId: 'main',
    });
    other.configure({
      gateway: { auth },
      ui: { assistant: { name: 'x'.repeat(60), avatar: '🦀' } },
      agents: { list: [{ id: 'a' }, { id: 'ops', default: true }] },
    });
    expect(await settings()).toEqual({
      basePath: '',
      assistantName: 'x'.repeat(50),
      assistantAvatar: '🦀',
      assistantAgentId: 'ops',
    });
  });
});

describe("an agent's picture", () => {
  it.each([
    ['main', '/avatar/main'],
    ['Main', '/avatar/Main'],
    ['web', 'https://example.com/a.png'],
    ['sly', null],
    ['linked', null],
    ['nobody', null],
  ])('meta of %s is %s', async (agent, avatarUrl) => {
    expect(JSON.parse((await http(`/avatar/${agent}?meta=1`)).body)).toEqual({ avatarUrl });
  });

  it('is served as data', async () => {
    const answer = await http('/avatar/main');
    expect(answer).toMatchObject({ status: 200, type: 'image/png', body: 'png' });
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each(['web', 'sly', 'linked', 'nobody'])('of %s is not found', async (agent) => {
    expect(await http(`/avatar/${agent}`)).toMatchObject({ status: 404 });
  });
});

describe('supervisors', () => {
  it('see that it lives and is ready', async () => {
    expect(await http('/healthz')).toMatchObject({ status: 200, body: '{"status":"alive"}' });
    expect(await http('/readyz')).toMatchObject({ status: 200, body: '{"ready":true,"reasons":[]}' });
    expect(await http('/healthz', { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('see why it is not ready', async () => {
    await using other = await startTestGateway({ notReady: () => ['the database is closed'] });
    const answer = await http('/readyz', { at: other });
    expect(answer).toMatchObject({ status: 503, body: '{"ready":false,"reasons":["the database is closed"]}' });
  });

  it('read the metrics here, or with the secret', async () => {
    const text = { status: 200, body: 'chela_connections 1\n', type: 'text/plain; version=0.0.4; charset=utf-8' };
    const away = (headers: Record<string, string>) =>
      http('/metrics', { headers: { host: 'gw.example.com', ...headers } });
    expect(await http('/metrics')).toMatchObject(text);
    expect(await away({ authorization: `Bearer ${TEST_TOKEN}` })).toMatchObject(text);
    expect(await away({})).toMatchObject({
      status: 401,
      body: '{"error":{"message":"Unauthorized","type":"unauthorized"}}',
    });
    expect((await away({ authorization: 'Bearer wrong' })).status).toBe(401);
  });

  it('are held off after too many wrong secrets', async () => {
    const rateLimit = { maxAttempts: 1, exemptLoopback: false, lockoutMs: 60_000 };
    await using other = await startTestGateway({ gateway: { auth: { ...auth, rateLimit } } });
    const headers = { host: 'gw.example.com', authorization: 'Bearer wrong' };
    expect((await http('/metrics', { headers, at: other })).status).toBe(401);
    expect(await http('/metrics', { headers, at: other })).toMatchObject({
      status: 429,
      headers: { 'retry-after': '60' },
    });
  });
});

describe('the name in the request', () => {
  it('is refused when a page was rebound to this machine', async () => {
    const headers = { host: `evil.example:${gateway.server.port}` };
    for (const path of ['/', '/healthz', '/metrics', '/__openclaw/control-ui-config.json']) {
      expect((await http(path, { headers })).status).toBe(403);
    }
    const origin = `http://evil.example:${gateway.server.port}`;
    const socket = { ...headers, origin, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    expect((await http('/', { headers: { ...socket, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' } })).status).toBe(
      403,
    );
  });

  it('is fine for a tunnel or a proxy', async () => {
    expect((await http('/', { headers: { host: 'gw.example.com' } })).status).toBe(200);
  });
});
