import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { newDevice, startTestGateway, TEST_TOKEN, type TestGateway } from '../testing/start-gateway.ts';

const CANVAS = '/__openclaw__/canvas';
const A2UI = '/__openclaw__/a2ui';
const SOCKET = '/__openclaw__/ws';
const BEARER = { authorization: `Bearer ${TEST_TOKEN}` };
const auth = { mode: 'token', token: TEST_TOKEN } as const;
/** The proxies of a home: what they say of their clients is believed. */
const BEHIND_PROXY = { auth, trustedProxies: ['127.0.0.1'] };

let outside: string;
let gateway: TestGateway;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'chela-outside-'));
  await writeFile(join(outside, 'secret.txt'), 'secret');
  gateway = await startTestGateway({
    gateway: { auth },
    a2uiPage: { 'index.html': '<body>a2ui</body>', 'a2ui.bundle.js': 'run()' },
  });
  const root = join(gateway.stateDir, 'canvas');
  for (const path of ['sub', 'empty']) await mkdir(join(root, path), { recursive: true });
  const files = {
    'a.txt': 'text',
    '.hidden.txt': 'dot',
    'with space.txt': 'space',
    'page.html': '<html><BODY>p</BODY></html>',
    'style.css': 'a{}',
    'run.js': 'run()',
    'data.json': '{}',
    'sub/index.html': 'sub',
    empty_file: '',
  };
  for (const [path, content] of Object.entries(files)) await writeFile(join(root, path), content);
  await symlink(join(outside, 'secret.txt'), join(root, 'link.txt'));
  await symlink('a.txt', join(root, 'inner-link.txt'));
  await symlink(outside, join(root, 'linked'));
  await mkdir(join(root, 'linked-index'));
  await symlink(join(outside, 'secret.txt'), join(root, 'linked-index', 'index.html'));
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await rm(outside, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly cache: string | undefined;
  readonly body: string;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly at?: TestGateway;
}

/** Unlike fetch, sends paths and Host headers as they are written. */
function http(path: string, { method = 'GET', headers = {}, at = gateway }: Asking = {}): Promise<Answer> {
  const answer = Promise.withResolvers<Answer>();
  const sent = request({ host: '127.0.0.1', port: at.server.port, path, method, headers }, async (response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const { 'content-type': type, 'cache-control': cache } = response.headers;
    answer.resolve({ status: response.statusCode ?? 0, type, cache, body: Buffer.concat(chunks).toString() });
  });
  sent.on('error', answer.reject).end();
  return answer.promise;
}

describe('canvas files', () => {
  it.each([
    ['a.txt', 'text/plain', 'text'],
    ['a.txt?x=1', 'text/plain', 'text'],
    ['with%20space.txt', 'text/plain', 'space'],
    ['.hidden.txt', 'text/plain', 'dot'],
    ['data.json', 'application/json', '{}'],
    ['style.css', 'text/css; charset=utf-8', 'a{}'],
    ['run.js', 'text/javascript; charset=utf-8', 'run()'],
    ['empty_file', 'application/octet-stream', ''],
  ])('GET %s', async (path, type, body) => {
    expect(await http(`${CANVAS}/${path}`)).toEqual({ status: 200, type, cache: 'no-store', body });
  });

  it('of a folder are its index page', async () => {
    for (const path of ['sub', 'sub/']) {
      expect(await http(`${CANVAS}/${path}`)).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
    }
    expect((await http(`${CANVAS}/sub`)).body).toMatch(/^sub\n<script>/);
  });

  it('that are pages get the way to the app and the reload, before the end of the body', async () => {
    const { body } = await http(`${CANVAS}/page.html`);
    expect(body).toMatch(
      /^<html><BODY>p<script>[\s\S]*openclawCanvasA2UIAction[\s\S]*\/__openclaw__\/ws[\s\S]*<\/script>\n<\/BODY>/,
    );
  });

  it.each([
    'none.txt',
    'empty',
    'link.txt',
    'inner-link.txt',
    'linked/secret.txt',
    'linked-index',
    '..%2fopenclaw.json',
    '%2e%2e%2fopenclaw.json',
    '..%5copenclaw.json',
    'a%00.txt',
    '%zz',
    'a.txt/x',
    'x'.repeat(5_000),
  ])('%s is not found', async (path) => {
    expect(await http(`${CANVAS}/${path}`)).toMatchObject({ status: 404, body: 'not found' });
  });

  it('say what to do where a folder has no index, without the path on disk', async () => {
    const answer = await http(`${CANVAS}/empty/`);
    expect(answer).toMatchObject({ status: 404, type: 'text/html; charset=utf-8' });
    expect(answer.body).toContain('index.html');
    expect(answer.body).not.toContain(gateway.stateDir);
  });

  it('are read, not written', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await http(`${CANVAS}/a.txt`, { method })).toMatchObject({ status: 405, body: 'Method Not Allowed' });
    }
    expect(await http(`${CANVAS}/a.txt`, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('that look like the canvas are the web page', async () => {
    expect(await http('/__openclaw__/canvasx')).toMatchObject({ status: 503, type: 'text/plain; charset=utf-8' });
  });

  it('are sent without being held in memory', async () => {
    const big = Buffer.alloc(5_000_000, 'x');
    await writeFile(join(gateway.stateDir, 'canvas', 'big.bin'), big);
    expect((await http(`${CANVAS}/big.bin`)).body.length).toBe(big.length);
  });
});

describe('a canvas nobody used yet', () => {
  it('has a page that says what it is, made with the first request', async () => {
    await using fresh = await startTestGateway({ gateway: { auth } });
    expect(await readdir(fresh.stateDir)).not.toContain('canvas');
    const { status, body } = await http(`${CANVAS}/`, { at: fresh });
    expect(status).toBe(200);
    for (const action of ['hello', 'time', 'photo', 'dalek']) expect(body).toContain(`data-action="${action}"`);
    const index = join(fresh.stateDir, 'canvas', 'index.html');
    expect(await readFile(index, 'utf8')).not.toContain('/__openclaw__/ws');
    await rm(index);
    expect((await http(`${CANVAS}/`, { at: fresh })).status).toBe(404);
  });

  it('lies where the configuration says', async () => {
    await using fresh = await startTestGateway({ config: { gateway: { auth }, canvasHost: { root: outside } } });
    expect(await http(`${CANVAS}/secret.txt`, { at: fresh })).toMatchObject({ status: 200, body: 'secret' });
  });

  it('is not there when it is switched off', async () => {
    await using fresh = await startTestGateway({ config: { gateway: { auth }, canvasHost: { enabled: false } } });
    await using skipped = await startTestGateway({ gateway: { auth }, env: { OPENCLAW_SKIP_CANVAS_HOST: '1' } });
    for (const at of [fresh, skipped]) {
      expect((await http(`${CANVAS}/`, { at })).body).toContain('web page is not installed');
      expect(await at.client().connect()).not.toHaveProperty('canvasHostUrl');
    }
  });
});

describe('the A2UI page', () => {
  it('is served with the same script', async () => {
    for (const path of [A2UI, `${A2UI}/`]) {
      expect((await http(path)).body).toMatch(/^<body>a2ui<script>[\s\S]*openclawSendUserAction/);
    }
    expect(await http(`${A2UI}/a2ui.bundle.js`)).toMatchObject({ status: 200, body: 'run()', cache: 'no-store' });
    expect(await http(`${A2UI}/none.js`)).toMatchObject({ status: 404, body: 'not found' });
    expect((await http(`${A2UI}/`, { method: 'POST' })).status).toBe(405);
  });

  it('says so when it is not installed', async () => {
    await using other = await startTestGateway({ gateway: { auth } });
    expect(await http(`${A2UI}/`, { at: other })).toMatchObject({ status: 503, body: 'A2UI assets not found' });
  });
});

describe('who may see the canvas', () => {
  const foreign = { host: 'gw.example.com' };
  const from = (ip: string) => ({ ...foreign, 'x-forwarded-for': ip });

  it('this machine and holders of the secret', async () => {
    expect((await http(`${CANVAS}/a.txt`)).status).toBe(200);
    expect((await http(`${CANVAS}/a.txt`, { headers: { ...foreign, ...BEARER } })).status).toBe(200);
    const refused = { status: 401, body: '{"error":{"message":"Unauthorized","type":"unauthorized"}}' };
    for (const path of [`${CANVAS}/a.txt`, `${A2UI}/`, SOCKET]) {
      expect(await http(path, { headers: foreign })).toMatchObject(refused);
      expect(await http(path, { headers: { ...foreign, authorization: 'Bearer no' } })).toMatchObject(refused);
    }
    expect(await http(`${CANVAS}/a.txt`, { headers: foreign, method: 'POST' })).toMatchObject(refused);
  });

  it('a device of the private network while it is connected', async () => {
    await using home = await startTestGateway({ gateway: BEHIND_PROXY });
    const ask = async (ip: string) => (await http(`${CANVAS}/`, { headers: from(ip), at: home })).status;
    expect(await ask('192.168.1.5')).toBe(401);
    const device = newDevice();
    const stranger = home.client({ headers: from('192.168.1.5'), device });
    await expect(stranger.connect()).rejects.toThrow('pairing required');
    expect(await ask('192.168.1.5')).toBe(401);
    const [asked] = (await home.devices.list()).pending;
    await home.devices.approve(asked?.requestId ?? '');
    const phone = home.client({ headers: from('192.168.1.5'), device });
    await phone.connect();
    expect(await ask('192.168.1.5')).toBe(200);
    expect(await ask('192.168.1.6')).toBe(401);
    await phone.close();
    await vi.waitFor(async () => expect(await ask('192.168.1.5')).toBe(401));
  });

  it('nobody by an address that an unknown proxy shares, nor by loopback under another name', async () => {
    await using exposed = await startTestGateway({ gateway: { auth } });
    await exposed.client().connect();
    for (const headers of [foreign, from('192.168.1.5')]) {
      expect((await http(`${CANVAS}/`, { headers, at: exposed })).status).toBe(401);
    }
  });

  it('for a while nobody from where too many wrong secrets came', async () => {
    const rateLimit = { maxAttempts: 1, exemptLoopback: false, lockoutMs: 60_000 };
    await using limited = await startTestGateway({ gateway: { auth: { ...auth, rateLimit } } });
    const headers = { ...foreign, authorization: 'Bearer no' };
    expect((await http(`${CANVAS}/`, { headers, at: limited })).status).toBe(401);
    expect((await http(`${CANVAS}/`, { headers: { ...foreign, ...BEARER }, at: limited })).status).toBe(429);
  });
});

describe('the reload socket', () => {
  const open = (at: TestGateway, headers: Readonly<Record<string, string>> = {}) =>
    new WebSocket(`ws://127.0.0.1:${at.server.port}${SOCKET}`, { headers });
  const refusal = async (socket: WebSocket): Promise<string> => {
    const [error] = await once(socket, 'error');
    return String(error);
  };

  it('tells pages that a file changed', async () => {
    await using at = await startTestGateway({ gateway: { auth } });
    const page = open(at);
    await once(page, 'open');
    const messages: string[] = [];
    page.on('message', (data) => messages.push(String(data)));
    // Watching begins after the socket opened, so the change is made until it is seen.
    const change = async () => {
      await writeFile(join(at.stateDir, 'canvas', 'page.html'), String(Date.now()));
      expect(messages).toContain('reload');
    };
    await vi.waitFor(change, { interval: 250, timeout: 10_000 });
    expect(new Set(messages)).toEqual(new Set(['reload']));
    page.terminate();
  });

  it('ends with the gateway', async () => {
    const at = await startTestGateway({ gateway: { auth } });
    const page = open(at);
    await once(page, 'open');
    const closed = once(page, 'close');
    await at[Symbol.asyncDispose]();
    await closed;
  });

  it('is for those who may see the canvas, and for our own pages', async () => {
    expect(await refusal(open(gateway, { host: 'gw.example.com' }))).toContain('401');
    expect(await refusal(open(gateway, { origin: 'https://evil.example' }))).toContain('403');
    const own = open(gateway, { host: 'gw.example.com', origin: 'http://gw.example.com', ...BEARER });
    await once(own, 'open');
    own.terminate();
  });

  it('asks for an upgrade, and is a plain gateway socket where pages do not reload', async () => {
    for (const method of ['GET', 'POST']) {
      expect(await http(SOCKET, { method })).toMatchObject({ status: 426, body: 'upgrade required' });
    }
    await using still = await startTestGateway({ config: { gateway: { auth }, canvasHost: { liveReload: false } } });
    expect(await http(SOCKET, { at: still })).toMatchObject({ status: 404, body: 'not found' });
    expect((await http(`${CANVAS}/`, { at: still })).body).not.toContain('new WebSocket');
    const [challenge] = await once(open(still), 'message');
    expect(String(challenge)).toContain('connect.challenge');
  });
});
